// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditEntry;
import io.countersign.audit.EntryIds;
import io.countersign.callout.Admission;
import io.countersign.callout.AnswerSigner;
import io.countersign.callout.Callout;
import io.countersign.callout.CanaryMark;
import io.countersign.callout.Decisions;
import io.countersign.callout.Envelope;
import io.countersign.callout.Generation;
import io.countersign.callout.Limits;
import io.countersign.callout.Tally;
import io.countersign.callout.WhenUnable;
import io.countersign.cluster.Revocations;
import io.countersign.cluster.Sessions;
import io.countersign.cluster.throttle.Throttles;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.KeyRing;
import io.countersign.crypto.KeyedHash;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.crypto.XKeyBox;
import io.countersign.identity.AuthenticatorChain;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.Link;
import io.countersign.identity.users.PasswordHash;
import io.countersign.identity.users.PasswordPool;
import io.countersign.identity.users.UnknownUser;
import io.countersign.identity.users.User;
import io.countersign.identity.users.UserDirectory;
import io.countersign.identity.users.UsersAuthenticator;
import io.countersign.identity.users.VerifiedPasswords;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.RecordingTrail;
import io.countersign.policy.DenyAlwaysSource;
import io.countersign.policy.GrantSource;
import io.countersign.policy.Policy;
import io.countersign.policy.PolicyCompilation;
import io.countersign.policy.PolicyContext;
import io.countersign.policy.PolicySource;
import io.countersign.policy.RuleSource;
import io.countersign.policy.SideSource;
import io.countersign.policy.WhenSource;
import io.countersign.protocol.RequestVerifier;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResponderIT {
    private static final SecureRandom RANDOM = new SecureRandom();

    @ParameterizedTest
    @EnumSource(NatsBinary.class)
    void login_throughARealServer_isDecidedByUs(NatsBinary binary) throws Exception {
        Ed25519 ed25519 = Ed25519.best();
        Signer issuer = ed25519.signer(Seed.generate(NKeyType.ACCOUNT, RANDOM));
        Signer service = ed25519.signer(Seed.generate(NKeyType.USER, RANDOM));
        XKeyBox box = XKeyBox.of(Seed.generate(NKeyType.CURVE, RANDOM), RANDOM, 100);
        String conf =
                """
                accounts {
                  AUTH: { users: [ { nkey: %s } ] }
                  APP: {}
                  SYS: {}
                }
                system_account: SYS
                authorization {
                  timeout: 3
                  auth_callout { issuer: %s, auth_users: [ %s ], account: AUTH, xkey: %s }
                }
                """
                        .formatted(
                                service.key().text(),
                                issuer.key().text(),
                                service.key().text(),
                                box.key().text());
        RecordingTrail trail = new RecordingTrail();
        try (NatsServer server = NatsServer.start(binary, conf);
                PasswordPool pool = new PasswordPool(1, 25)) {
            Clock clock = Clock.systemUTC();
            VerifiedPasswords passwords =
                    new VerifiedPasswords(
                            pool, VerifiedPasswords.Limits.DEFAULT, RANDOM, System::nanoTime);
            UserDirectory users =
                    new UserDirectory(
                            List.of(
                                    User.named("alice")
                                            .password(
                                                    PasswordHash.make(
                                                            "wonder"
                                                                    .getBytes(
                                                                            StandardCharsets.UTF_8),
                                                            RANDOM))
                                            .build()));
            KeyedHash hash = KeyedHash.of(new byte[32]);
            AuthenticatorChain chain =
                    new AuthenticatorChain(
                            List.of(
                                    Link.local(
                                            new UsersAuthenticator(
                                                    "users",
                                                    users,
                                                    passwords,
                                                    ed25519,
                                                    new CredentialFingerprints(hash),
                                                    RANDOM))),
                            new UnknownUser(passwords, users.decoy(RANDOM)));
            Policy policy = policy();
            Generation generation =
                    new Generation(
                            "r1",
                            new Envelope.Sealed(KeyRing.of(List.of(box), List.of(issuer))),
                            new RequestVerifier(
                                    ed25519, Set.of(issuer.key().text()), Duration.ofSeconds(5)),
                            chain,
                            policy,
                            new AnswerSigner.OfStatic(
                                    Map.of(issuer.key().text(), issuer), Set.of("APP")));
            Sessions sessions = new Sessions(clock);
            Decisions decisions = new Decisions();
            Tally tally = new Tally();
            AuditDrafts drafts =
                    new AuditDrafts(
                            "a",
                            new EntryIds(clock, RANDOM),
                            clock,
                            System::nanoTime,
                            hash::fingerprint);
            NatsService nats =
                    new NatsService(
                            new NatsService.Settings(
                                    "a",
                                    "0.1.0",
                                    new NatsTarget(
                                            List.of(server.url()),
                                            new NatsLogin.KeyPair(service),
                                            Optional.empty()),
                                    Optional.empty(),
                                    Optional.empty(),
                                    2,
                                    "countersign",
                                    Map.of()),
                            sessions,
                            clock);
            Callout callout =
                    new Callout(
                            () -> generation,
                            nats.knownServers(),
                            drafts,
                            trail,
                            sessions,
                            new Revocations(),
                            Throttles.none(),
                            CanaryMark.own(new SecureRandom()),
                            decisions,
                            new Limits(
                                    Duration.ofMillis(1500),
                                    Duration.ofSeconds(5),
                                    WhenUnable.SILENT),
                            clock);
            nats.serve(
                            new NatsService.Path(
                                    callout,
                                    new Admission(100, 10, Duration.ofSeconds(30)),
                                    tally,
                                    decisions,
                                    drafts,
                                    trail))
                    .get();
            try (RawClient client = RawClient.connect(server)) {
                assertThat(client.login(Map.of("user", "alice", "pass", "wonder")))
                        .as(() -> server.log() + trail.entries())
                        .isInstanceOf(Login.Admitted.class);
            }
            try (RawClient client = RawClient.connect(server)) {
                assertThat(client.login(Map.of("user", "alice", "pass", "wrong")))
                        .isInstanceOf(Login.Refused.class);
            }
            assertThat(trail.entries())
                    .extracting(AuditEntry::decision)
                    .containsExactly("allow", "deny");
            nats.drain(Duration.ofSeconds(5));
            nats.close();
        }
    }

    /** Lets alice into APP. */
    static Policy policy() {
        String at = "rules[0]";
        WhenSource alice =
                new WhenSource(
                        at + ".when",
                        List.of(),
                        List.of("alice"),
                        List.of(),
                        Map.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        "",
                        "");
        SideSource all = new SideSource(at + ".grant.publish", List.of("orders.>"), List.of());
        GrantSource grant =
                new GrantSource(
                        at + ".grant",
                        "APP",
                        List.of(),
                        all,
                        SideSource.absent(""),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of());
        PolicySource source =
                new PolicySource(
                        List.of(),
                        new DenyAlwaysSource("deny-always", List.of(), List.of()),
                        List.of(
                                new RuleSource(
                                        at, "alice", alice, false, false, Optional.of(grant))));
        PolicyCompilation compiled =
                Policy.compile(source, new PolicyContext(Set.of("APP"), "AUTH", Set.of("users")));
        return ((PolicyCompilation.Compiled) compiled).policy();
    }
}
