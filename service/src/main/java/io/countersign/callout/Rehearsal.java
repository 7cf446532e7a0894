// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.audit.AuditDrafts;
import io.countersign.audit.EntryIds;
import io.countersign.audit.Receipt;
import io.countersign.cluster.Revocations;
import io.countersign.cluster.Sessions;
import io.countersign.cluster.throttle.Throttles;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.KeyRing;
import io.countersign.crypto.KeyedHash;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.crypto.XKeyBox;
import io.countersign.identity.Authentication;
import io.countersign.identity.Authenticator;
import io.countersign.identity.AuthenticatorChain;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Link;
import io.countersign.identity.Principal;
import io.countersign.policy.DenyAlwaysSource;
import io.countersign.policy.GrantSource;
import io.countersign.policy.Policy;
import io.countersign.policy.PolicyCompilation;
import io.countersign.policy.PolicyContext;
import io.countersign.policy.PolicySource;
import io.countersign.policy.RuleSource;
import io.countersign.policy.SideSource;
import io.countersign.policy.WhenSource;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.RequestVerifier;
import io.countersign.protocol.VerifiedRequest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Plays {@link Callout} with made-up requests before the first real one comes. A JVM is slow the
 * first times that it does something: an instance that joins a cluster under load would answer its
 * first clients too late.
 *
 * <p>Keys, policy, trail and everything else are made for this and thrown away with it: no entry,
 * no session and no count is left behind, and no secret of the instance is touched.
 */
public final class Rehearsal {
    private static final String SOURCE = "rehearsal";
    private static final String ACCOUNT = "APP";
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final SecureRandom random;
    private final Clock clock;
    private final Signer server;
    private final XKeyBox serverBox;
    private final Signer issuer;
    private final XKeyBox ours;
    private final Callout callout;

    /** Makes the stage; needs nothing of the instance. */
    public Rehearsal(Ed25519 ed25519, SecureRandom random, Clock clock) {
        this.random = random;
        this.clock = clock;
        this.server = signer(ed25519, NKeyType.SERVER);
        this.issuer = signer(ed25519, NKeyType.ACCOUNT);
        this.serverBox = box();
        this.ours = box();
        Generation generation =
                new Generation(
                        SOURCE,
                        new Envelope.Sealed(KeyRing.of(List.of(ours), List.of(issuer))),
                        new RequestVerifier(ed25519, Set.of(issuer.key().text()), LONG),
                        new AuthenticatorChain(List.of(Link.local(new Anybody())), new Anybody()),
                        policy(),
                        new AnswerSigner.OfStatic(
                                Map.of(issuer.key().text(), issuer), Set.of(ACCOUNT)));
        KeyedHash hash = KeyedHash.of(new byte[32]);
        this.callout =
                new Callout(
                        () -> generation,
                        KnownServers.ANY,
                        new AuditDrafts(
                                SOURCE,
                                new EntryIds(clock, random),
                                clock,
                                System::nanoTime,
                                hash::fingerprint),
                        entry ->
                                CompletableFuture.completedFuture(
                                        new Receipt("", OptionalLong.empty())),
                        new Sessions(clock),
                        new Revocations(),
                        Throttles.none(),
                        CanaryMark.own(new SecureRandom()),
                        new Decisions(),
                        new Limits(LONG, LONG, WhenUnable.SILENT),
                        clock);
    }

    private Signer signer(Ed25519 ed25519, NKeyType type) {
        try (Seed seed = Seed.generate(type, random)) {
            return ed25519.signer(seed);
        }
    }

    private XKeyBox box() {
        try (Seed seed = Seed.generate(NKeyType.CURVE, random)) {
            return XKeyBox.of(seed, random, 1);
        }
    }

    /** Lets in whoever asks. */
    private static final class Anybody implements Authenticator {
        @Override
        public String source() {
            return SOURCE;
        }

        @Override
        public Authentication authenticate(
                VerifiedRequest request, Instant now, Deadline deadline) {
            return new Authentication.Authenticated(
                    new Identity(
                            new Principal(SOURCE, request.connect().user()),
                            CredentialRef.NONE,
                            Set.of(),
                            Map.of(),
                            Optional.empty()));
        }
    }

    private static Policy policy() {
        String at = "rules[0]";
        WhenSource when = WhenSource.nothing(at + ".when");
        SideSource side =
                new SideSource(at + ".grant.publish", List.of("app.{{name}}.>"), List.of());
        GrantSource grant =
                new GrantSource(
                        at + ".grant",
                        ACCOUNT,
                        List.of(),
                        side,
                        side,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of());
        PolicySource source =
                new PolicySource(
                        List.of(),
                        new DenyAlwaysSource("deny-always", List.of(), List.of()),
                        List.of(new RuleSource(at, SOURCE, when, true, false, Optional.of(grant))));
        return switch (Policy.compile(
                source, new PolicyContext(Set.of(ACCOUNT), "", Set.of(SOURCE)))) {
            case PolicyCompilation.Compiled(var policy, _) -> policy;
            case PolicyCompilation.Refused(var problems, _) ->
                    throw new IllegalStateException("rehearsal: " + problems);
        };
    }

    /**
     * Plays until that often or that long, whatever comes first.
     *
     * @return how many requests were allowed, as all should be
     */
    public int run(int times, Duration limit) {
        Deadline end = Deadline.after(limit);
        int allowed = 0;
        for (int i = 0; i < times && !end.isPast(); i++) {
            if (callout.answer(question(i)) instanceof Outcome.Allowed) {
                allowed++;
            }
        }
        return allowed;
    }

    private Inbound question(int cid) {
        Instant now = clock.instant();
        byte[] sealed = serverBox.seal(request(now, cid), ours.key());
        return new Inbound(sealed, List.of(serverBox.key().text()), true, now, System.nanoTime());
    }

    /** As servers write it (reference 1.2), with a new user key each time. */
    private byte[] request(Instant now, int cid) {
        NKey user;
        try (Seed seed = Seed.generate(NKeyType.USER, random)) {
            user = seed.publicKey();
        }
        String claims =
                """
                {"aud":"nats-authorization-request","exp":%d,"iat":%d,"iss":"%s","jti":"R","sub":"%s",\
                "nats":{"server_id":{"name":"n","host":"127.0.0.1","id":"%s","version":"2.15.1","xkey":"%s"},\
                "user_nkey":"%s","client_info":{"host":"127.0.0.1","id":%d,"kind":"Client","type":"nats"},\
                "connect_opts":{"user":"ann","pass":"-","lang":"java","version":"1","protocol":1},\
                "type":"authorization_request","version":2}}\
                """
                        .formatted(
                                now.getEpochSecond() + 60,
                                now.getEpochSecond(),
                                server.key().text(),
                                issuer.key().text(),
                                server.key().text(),
                                serverBox.key().text(),
                                user.text(),
                                cid);
        String signed =
                base64(
                                "{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}"
                                        .getBytes(StandardCharsets.US_ASCII))
                        + "."
                        + base64(claims.getBytes(StandardCharsets.US_ASCII));
        byte[] signature = server.sign(signed.getBytes(StandardCharsets.US_ASCII));
        return (signed + "." + base64(signature)).getBytes(StandardCharsets.US_ASCII);
    }

    private static String base64(byte[] bytes) {
        return BASE64.encodeToString(bytes);
    }
}
