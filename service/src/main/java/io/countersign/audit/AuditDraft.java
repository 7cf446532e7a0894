// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.crypto.NKey;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.protocol.ClientInfo;
import io.countersign.protocol.ConnectOptions;
import io.countersign.protocol.Permissions;
import io.countersign.protocol.ServerId;
import io.countersign.protocol.VerifiedRequest;
import io.countersign.trace.Note;
import io.countersign.trace.Trace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * The entry of one request while it is being answered: facts as they become known, and how long
 * each stage took. Whatever goes wrong on the way, closing it gives an entry with everything known
 * by then. Used by one thread at a time.
 */
public final class AuditDraft {
    private static final long NANOS_PER_MICRO = 1000;
    private static final String[] NO_STAGES = {};
    private static final long[] NO_TIMES = {};

    private final AuditEntryBuilder entry;
    private final LongSupplier nanos;
    private final Fingerprint fingerprint;
    private final UUID id;
    private final Trace trace;
    private String[] stages = new String[12];
    private long[] tookNanos = new long[12];
    private int stageCount;
    private final List<String> masked = new ArrayList<>(2);
    private final List<String> degraded = new ArrayList<>(0);
    private String stage = "";
    private long stageBegan;

    AuditDraft(
            UUID id,
            AuditEntryBuilder entry,
            LongSupplier nanos,
            Fingerprint fingerprint,
            Trace trace) {
        this.id = id;
        this.trace = trace;
        this.entry = entry;
        this.nanos = nanos;
        this.fingerprint = fingerprint;
        if (trace.isRecorded()) {
            trace.note(Note.ENTRY, id.toString());
        }
    }

    /** Id of the entry-to-be: goes into the server's log beside the reason code. */
    public UUID id() {
        return id;
    }

    /** Where the decision's stages are told, too. */
    public Trace trace() {
        return trace;
    }

    /** A stage begins and the one before it ends. A stage entered again adds up. */
    public AuditDraft stage(String name) {
        long now = nanos.getAsLong();
        endStage(now);
        stage = name;
        stageBegan = now;
        trace.stage(name);
        return this;
    }

    /** What a server asked, in its own name. */
    public AuditDraft asks(VerifiedRequest request) {
        trace.client(request.connect().name());
        return asks(request.server(), request.userKey(), request.client(), request.connect());
    }

    AuditDraft asks(ServerId server, NKey user, ClientInfo client, ConnectOptions connect) {
        entry.server(
                new Server(server.id().text(), server.name(), server.cluster(), server.version()));
        entry.session(user.text());
        entry.client(
                new Client(
                        client.host(),
                        client.id(),
                        client.kind(),
                        client.type(),
                        connect.name().isEmpty() ? client.name() : connect.name(),
                        connect.lang(),
                        connect.version(),
                        client.mqttId()));
        mask("jwt", connect.jwt());
        mask("sig", connect.sig());
        mask("auth-token", connect.authToken());
        mask("pass", connect.pass());
        claims(connect);
        return this;
    }

    /** The authenticator that had the say. */
    public AuditDraft source(String name) {
        entry.source(name);
        trace.note(Note.SOURCE, name);
        return this;
    }

    public AuditDraft credential(CredentialRef credential) {
        entry.credential(new Credential(credential.kind().word(), credential.fingerprint()));
        return this;
    }

    /** The client proved who it is. */
    public AuditDraft proved(Identity identity) {
        entry.principal(identity.principal().toString());
        return source(identity.principal().source()).credential(identity.credential());
    }

    /** What the policy gives. */
    public AuditDraft granted(String account, Permissions permissions, Instant expires) {
        entry.account(account).permissions(GrantedPermissions.of(permissions)).expires(expires);
        return this;
    }

    /** The shadow policy would have decided otherwise. */
    public AuditDraft shadowed(Shadow shadow) {
        entry.shadow(shadow);
        return this;
    }

    /** Something worked only in part; a code such as {@code throttle-local}. */
    public AuditDraft degraded(String what) {
        if (!degraded.contains(what)) {
            degraded.add(what);
        }
        return this;
    }

    /** Let in by a rule. */
    public AuditEntry allowed(String rule) {
        return closed(AuditEntry.ALLOW, "", "", rule);
    }

    /** Refused with a signed answer; {@code rule} is empty where none decided. */
    public AuditEntry denied(String reason, String detail, String rule) {
        return closed(AuditEntry.DENY, reason, detail, rule);
    }

    /** Not answered at all. */
    public AuditEntry dropped(String reason, String detail) {
        return closed(AuditEntry.DROP, reason, detail, "");
    }

    private AuditEntry closed(String decision, String reason, String detail, String rule) {
        if (!rule.isEmpty()) {
            trace.note(Note.RULE, rule);
        }
        endStage(nanos.getAsLong());
        stage = "";
        for (int i = 0; i < stageCount; i++) {
            tookNanos[i] /= NANOS_PER_MICRO; // nobody measures any more
        }
        StageTimes took = new StageTimes(stages, tookNanos, stageCount);
        stageCount = 0;
        stages = NO_STAGES; // the entry's from now on
        tookNanos = NO_TIMES;
        return entry.decision(decision)
                .reason(reason)
                .detail(detail)
                .rule(rule)
                .took(took)
                .masked(masked)
                .degraded(degraded)
                .build();
    }

    private void endStage(long now) {
        if (!stage.isEmpty()) {
            tookNanos[place(stage)] += now - stageBegan;
        }
    }

    /** Where a stage's time is kept; there are few, so a search is cheaper than a map. */
    private int place(String name) {
        for (int i = 0; i < stageCount; i++) {
            if (stages[i].equals(name)) {
                return i;
            }
        }
        if (stageCount == stages.length) {
            stages = Arrays.copyOf(stages, 2 * stageCount + 2);
            tookNanos = Arrays.copyOf(tookNanos, 2 * stageCount + 2);
        }
        stages[stageCount] = name;
        return stageCount++;
    }

    private void mask(String field, String value) {
        if (!value.isEmpty()) {
            masked.add(field);
        }
    }

    /**
     * The name that the client claims: its user, else its nkey. People paste tokens into the user
     * field, and MQTT clients have no other; then only the hash is kept.
     */
    private void claims(ConnectOptions connect) {
        String claimed = connect.user().isEmpty() ? connect.nkey() : connect.user();
        if (claimed.isEmpty()) {
            return;
        }
        boolean secret =
                looksLikeToken(claimed)
                        || claimed.equals(connect.pass())
                        || claimed.equals(connect.authToken())
                        || claimed.equals(connect.jwt());
        if (secret) {
            masked.add("presented");
        }
        entry.presented(new Presented(secret ? "" : claimed, fingerprint.of(claimed)));
    }

    /** A JWT, or an nkey seed: 58 characters from 'S'. */
    private static boolean looksLikeToken(String text) {
        return (text.startsWith("eyJ") && text.indexOf('.') > 0)
                || (text.length() == 58 && text.matches("S[ACNOUX][A-Z2-7]{56}"));
    }
}
