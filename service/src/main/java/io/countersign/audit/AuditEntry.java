// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One line of the trail: plain facts about a decision, a server's verdict, an administrative act, a
 * reload or a start. Texts are empty when unknown, and cut to their limits here, so that whatever
 * holds an entry holds what the log holds. Codes are texts and no enums, so that a log stays
 * readable when the code moves on. Contains no secret: credentials come as fingerprints.
 *
 * @param log log id and {@code seq} are given by the trail; "" and −1 before that
 * @param time when the decision was made; milliseconds
 * @param instance name of the instance that wrote it
 * @param revision hash of the generation of keys, authenticators and policy in force
 * @param decision {@code allow}, {@code deny}, {@code drop}; empty for other kinds
 * @param reason stable code of design section 5, or the name of an act
 * @param rule the policy rule that decided
 * @param shadow what the shadow policy would have decided, if that is something else
 * @param principal proven, as {@code source:name}
 * @param presented the name that was only claimed
 * @param source authenticator that proved or rejected
 * @param session public user nkey of this connection attempt
 * @param took microseconds per stage, in the order in which the stages ran
 * @param masked names of fields that were present and left out
 * @param degraded what worked only in part, for example {@code throttle-local}
 * @param counted set when this entry stands for several (coalesced refusals, losses)
 * @param refersTo the decision that a verdict or act is about
 * @param by who acted
 */
public record AuditEntry(
        Kind kind,
        UUID id,
        String log,
        long seq,
        Instant time,
        String instance,
        String revision,
        String decision,
        String reason,
        String detail,
        String rule,
        Optional<Shadow> shadow,
        String principal,
        Optional<Presented> presented,
        String source,
        String account,
        Optional<GrantedPermissions> permissions,
        Optional<Instant> expires,
        Optional<Credential> credential,
        Optional<Client> client,
        Optional<Server> server,
        String session,
        Map<String, Long> took,
        List<String> masked,
        List<String> degraded,
        Optional<Counted> counted,
        Optional<UUID> refersTo,
        String by) {

    /** Version of the encoding; readers refuse what they were not written for. */
    public static final int VERSION = 1;

    public static final String ALLOW = "allow";
    public static final String DENY = "deny";
    public static final String DROP = "drop";

    /** {@code seq} of an entry that no trail has taken yet. */
    public static final long UNWRITTEN = -1;

    static final int NAME_BYTES = 256;
    static final int DETAIL_BYTES = 1024;
    static final int LIST_LENGTH = 64;
    private static final int STAGES = 32;
    private static final int CODE_LENGTH = 64;
    private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

    public AuditEntry {
        if (seq < UNWRITTEN) {
            throw new IllegalArgumentException("seq: " + seq + " (expected: >= 0, or -1)");
        }
        if (!isLowerCase(log, false)) {
            throw new IllegalArgumentException(
                    "log: " + name(log) + " (expected: at most 64 of a-z and 0-9)");
        }
        time = milliseconds(time);
        expires = expires.map(AuditEntry::milliseconds);
        instance = name(instance);
        revision = name(revision);
        decision = code("decision", decision);
        reason = code("reason", reason);
        detail = BoundedText.cut(detail, DETAIL_BYTES);
        rule = name(rule);
        principal = BoundedText.cut(principal, 2 * NAME_BYTES);
        source = name(source);
        account = name(account);
        session = name(session);
        took = stages(took);
        masked = BoundedText.cutAll(masked, LIST_LENGTH, NAME_BYTES);
        degraded = BoundedText.cutAll(degraded, LIST_LENGTH, NAME_BYTES);
        by = name(by);
    }

    /** A builder with the facts that every entry has. */
    public static AuditEntryBuilder of(Kind kind, UUID id, Instant time, String instance) {
        return new AuditEntryBuilder(kind, id, time, instance);
    }

    /** A builder that starts from this entry. */
    public AuditEntryBuilder toBuilder() {
        return new AuditEntryBuilder(this);
    }

    /** Reads one entry from its canonical encoding; everything else is refused. */
    public static AuditEntry decode(byte[] json) throws BadEntry {
        return EntryDecoder.decode(json);
    }

    /** The canonical encoding: exactly one for each entry, the input of its Merkle leaf. */
    public byte[] encoded() {
        return EntryEncoding.encode(this);
    }

    /** True for decisions that let nobody in. Only these may ever be coalesced. */
    public boolean isRefusal() {
        return kind == Kind.DECISION && (decision.equals(DENY) || decision.equals(DROP));
    }

    static String name(String text) {
        return BoundedText.cut(text, NAME_BYTES);
    }

    static String code(String field, String value) {
        if (!isLowerCase(value, true) || value.startsWith("-")) {
            throw new IllegalArgumentException(
                    field + ": " + name(value) + " (expected: lower case words joined by '-')");
        }
        return value;
    }

    /** By hand: three regular expressions per decision would cost as much as its JSON. */
    private static boolean isLowerCase(String text, boolean hyphens) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean fits =
                    (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (hyphens && c == '-');
            if (!fits) {
                return false;
            }
        }
        return text.length() <= CODE_LENGTH;
    }

    /**
     * The encoding has four digits for the year; outside of it an instant has no place in a log.
     */
    static Instant milliseconds(Instant instant) {
        Instant truncated = instant.truncatedTo(ChronoUnit.MILLIS);
        if (truncated.isBefore(Instant.EPOCH) || !truncated.isBefore(LAST)) {
            throw new DateTimeException(
                    "time: " + instant + " (expected: 1970-01-01 to 9999-12-30)");
        }
        return truncated;
    }

    private static Map<String, Long> stages(Map<String, Long> took) {
        if (took.size() > STAGES) {
            throw new IllegalArgumentException(
                    "took: " + took.size() + " stages (expected: <= " + STAGES + ")");
        }
        if (took instanceof StageTimes) {
            return took; // of a draft: the stages are ours, short, and cannot change any more
        }
        Map<String, Long> copy =
                new LinkedHashMap<>(); // keeps the order, which Map.copyOf does not
        took.forEach((stage, micros) -> copy.put(name(stage), micros));
        return Collections.unmodifiableMap(copy);
    }
}
