// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.audit.AuditDrafts;
import io.countersign.audit.EntryIds;
import io.countersign.cluster.Revocations;
import io.countersign.cluster.Sessions;
import io.countersign.cluster.throttle.Throttles;
import io.countersign.crypto.BoxRefused;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.KeyRing;
import io.countersign.crypto.KeyedHash;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.crypto.XKeyBox;
import io.countersign.identity.Authentication;
import io.countersign.identity.Authenticator;
import io.countersign.identity.AuthenticatorChain;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Link;
import io.countersign.identity.Principal;
import io.countersign.identity.Rejection;
import io.countersign.kit.RecordingTrail;
import io.countersign.kit.Requests;
import io.countersign.policy.DenyAlwaysSource;
import io.countersign.policy.GrantSource;
import io.countersign.policy.Policy;
import io.countersign.policy.PolicyCompilation;
import io.countersign.policy.PolicyContext;
import io.countersign.policy.PolicySource;
import io.countersign.policy.RuleSource;
import io.countersign.policy.SideSource;
import io.countersign.policy.WhenSource;
import io.countersign.protocol.BadRequest;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.RequestVerifier;
import io.countersign.protocol.VerifiedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The whole request path in memory, in static mode: alice gets in with "secret" and is placed in
 * APP, bob in an account that we hold no key for. A test changes what it is about.
 */
final class CalloutFixture {
    static final SecureRandom RANDOM = new SecureRandom();
    static final Ed25519 ED25519 = Ed25519.best();
    private static final ObjectMapper JSON = new ObjectMapper();

    final Signer issuer = ED25519.signer(Seed.generate(NKeyType.ACCOUNT, RANDOM));
    final XKeyBox newer = box();
    final XKeyBox older = box();
    final RecordingTrail trail = new RecordingTrail();
    final Clock clock = Clock.fixed(Requests.NOW, ZoneOffset.UTC);

    /** What the page goes by; entries and sessions keep to the other. */
    Clock time = clock;

    final Sessions sessions = new Sessions(clock);
    final Revocations revocations = new Revocations();
    Throttles throttles = Throttles.none();
    final KeysInUse keys = new KeysInUse();
    final AtomicInteger asked = new AtomicInteger();
    Supplier<Authentication> door = () -> null;
    KnownServers servers = KnownServers.ANY;
    WhenUnable whenUnable = WhenUnable.SILENT;
    boolean sealed = true;
    Optional<ShadowPolicy> shadow = Optional.empty();

    static XKeyBox box() {
        return XKeyBox.of(Seed.generate(NKeyType.CURVE, RANDOM), RANDOM, 16);
    }

    Callout callout() {
        Generation generation =
                new Generation(
                        "r1",
                        sealed
                                ? new Envelope.Sealed(
                                        KeyRing.of(List.of(newer, older), List.of(issuer)))
                                : new Envelope.Clear(),
                        new RequestVerifier(
                                ED25519, Set.of(issuer.key().text()), Duration.ofSeconds(5)),
                        new AuthenticatorChain(List.of(Link.local(new Door())), new Door()),
                        policy(),
                        shadow,
                        new AnswerSigner.OfStatic(
                                Map.of(issuer.key().text(), issuer), Set.of("APP")),
                        Generation.People.NONE);
        KeyedHash hash = KeyedHash.of(new byte[32]);
        AuditDrafts drafts =
                new AuditDrafts(
                        "a",
                        new EntryIds(clock, RANDOM),
                        clock,
                        System::nanoTime,
                        hash::fingerprint);
        return new Callout(
                () -> generation,
                servers,
                drafts,
                trail,
                sessions,
                revocations,
                throttles,
                CanaryMark.own(new SecureRandom()),
                new Decisions(),
                new Limits(Duration.ofSeconds(30), Duration.ofSeconds(5), whenUnable),
                time,
                keys);
    }

    /** A server that expects our issuer, with a client who gives this password. */
    Requests client(String user, String password) {
        return Requests.server().subject(issuer.key().text()).password(user, password);
    }

    Identity identity(String user) {
        return new Identity(
                new Principal("users", user),
                new CredentialRef(CredentialKind.PASSWORD, "fingerprint"),
                Set.of(),
                Map.of(),
                Optional.empty());
    }

    /** What a client asks, verified. */
    VerifiedRequest verified(String user) {
        try {
            return new RequestVerifier(ED25519, Set.of(issuer.key().text()), Duration.ofSeconds(5))
                    .verify(client(user, "secret").clear(), Optional.empty(), Requests.NOW);
        } catch (BadRequest e) {
            throw new AssertionError(e);
        }
    }

    /** As the message arrives, sealed for our newest xkey. */
    Inbound sealed(Requests client) {
        Requests.Sealed box = client.sealed(newer.key());
        return inbound(box.payload(), box.serverXKey().text());
    }

    static Inbound inbound(byte[] payload, String... serverXKeys) {
        return new Inbound(payload, List.of(serverXKeys), true, Requests.NOW, System.nanoTime());
    }

    /** The claims of an answer that the asking server opens with one of our public xkeys. */
    static JsonNode opened(Requests client, byte[] answer, XKeyBox ours) {
        try {
            return claims(client.serverBox().open(answer, ours.key()));
        } catch (BoxRefused e) {
            throw new AssertionError("the server cannot open the answer", e);
        }
    }

    static JsonNode claims(byte[] token) {
        String[] parts =
                new String(token, java.nio.charset.StandardCharsets.US_ASCII).split("\\.", -1);
        try {
            return JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Knows everybody by one password; counts how often it is asked. */
    private final class Door implements Authenticator {
        @Override
        public String source() {
            return "users";
        }

        @Override
        public Authentication authenticate(
                VerifiedRequest request, Instant now, Deadline deadline) {
            asked.incrementAndGet();
            Authentication special = door.get();
            if (special != null) {
                return special;
            }
            CredentialRef credential = new CredentialRef(CredentialKind.PASSWORD, "fingerprint");
            if (!request.connect().pass().equals("secret")) {
                return new Authentication.Rejected(
                        Rejection.BAD_CREDENTIAL, credential, "wrong password");
            }
            return new Authentication.Authenticated(identity(request.connect().user()));
        }
    }

    private static Policy policy() {
        PolicySource source =
                new PolicySource(
                        List.of(),
                        new DenyAlwaysSource("deny-always", List.of(), List.of()),
                        List.of(rule(0, "alice", "APP"), rule(1, "bob", "ELSEWHERE")));
        PolicyContext context =
                new PolicyContext(Set.of("APP", "ELSEWHERE"), "AUTH", Set.of("users"));
        return ((PolicyCompilation.Compiled) Policy.compile(source, context)).policy();
    }

    private static RuleSource rule(int index, String name, String account) {
        String at = "rules[" + index + "]";
        List<String> any = List.of();
        WhenSource when =
                new WhenSource(
                        at + ".when",
                        any,
                        List.of(name),
                        any,
                        Map.of(),
                        any,
                        any,
                        any,
                        any,
                        any,
                        any,
                        any,
                        "",
                        "");
        GrantSource grant =
                new GrantSource(
                        at + ".grant",
                        account,
                        List.of(),
                        new SideSource(at + ".grant.publish", List.of("orders.>"), List.of()),
                        SideSource.absent(""),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of());
        return new RuleSource(at, name, when, false, false, Optional.of(grant));
    }
}
