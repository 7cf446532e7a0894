// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditDrafts;
import io.countersign.audit.EntryIds;
import io.countersign.callout.Admission;
import io.countersign.callout.AnswerSigner;
import io.countersign.callout.Callout;
import io.countersign.callout.CanaryMark;
import io.countersign.callout.Decisions;
import io.countersign.callout.Envelope;
import io.countersign.callout.Generation;
import io.countersign.callout.KnownServers;
import io.countersign.callout.Limits;
import io.countersign.callout.Tally;
import io.countersign.callout.WhenUnable;
import io.countersign.cluster.Revocations;
import io.countersign.cluster.Sessions;
import io.countersign.cluster.throttle.Throttles;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.KeyedHash;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.identity.Authentication;
import io.countersign.identity.Authenticator;
import io.countersign.identity.AuthenticatorChain;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Link;
import io.countersign.identity.Principal;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsCluster;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.RecordingTrail;
import io.countersign.kit.Wait;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.RequestVerifier;
import io.countersign.protocol.VerifiedRequest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers whose connection went away while they were made. */
class AnswerWayIT {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final int QUESTIONS = 10;

    private final Ed25519 ed25519 = Ed25519.best();
    private final Signer issuer = ed25519.signer(Seed.generate(NKeyType.ACCOUNT, RANDOM));
    private final Signer service = ed25519.signer(Seed.generate(NKeyType.USER, RANDOM));
    private final Gate gate = new Gate();

    /**
     * The clients' server has none of our links, so its questions come through the two others. One
     * of those is killed while all answers are being made.
     */
    @ParameterizedTest
    @EnumSource(NatsBinary.class)
    void answers_whenTheServerThatBroughtTheQuestionsIsGone_leaveByAnotherLink(NatsBinary binary)
            throws Exception {
        try (NatsCluster cluster = NatsCluster.start(binary, 3, _ -> configuration());
                NatsService nats =
                        answering(List.of(cluster.server(1).url(), cluster.server(2).url()));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(nats.isReady()).isTrue();
            assertThat(links(cluster.server(0))).isZero();
            cluster.awaitInterest(cluster.server(0), Responder.SUBJECT, 2);
            List<Future<Login>> logins = new ArrayList<>();
            for (int i = 0; i < QUESTIONS; i++) {
                logins.add(threads.submit(() -> login(cluster.server(0))));
            }
            Wait.until("all questions", PATIENCE, () -> gate.waiting.get() == QUESTIONS);

            cluster.server(1).kill();
            Wait.until(
                    "two links again",
                    PATIENCE,
                    () -> links(cluster.server(0)) + links(cluster.server(2)) == 2);
            gate.open.countDown();

            for (Future<Login> each : logins) {
                assertThat(each.get()).isInstanceOf(Login.Admitted.class);
            }
        }
    }

    private String configuration() {
        return """
        accounts {
          AUTH: { users: [ { nkey: %1$s } ] }
          APP: {}
          SYS: {}
        }
        system_account: SYS
        authorization {
          timeout: 60
          auth_callout { issuer: %2$s, auth_users: [ %1$s ], account: AUTH }
        }
        """
                .formatted(service.key().text(), issuer.key().text());
    }

    private static Login login(NatsServer server) {
        try (RawClient client = RawClient.connect(server)) {
            return client.login(Map.of("user", "alice", "pass", "any"), PATIENCE);
        }
    }

    private static int links(NatsServer server) {
        return server.monitor("/connz").path("connections").findValues("name").stream()
                .mapToInt(it -> it.asText().contains(" callout ") ? 1 : 0)
                .sum();
    }

    private NatsService answering(List<String> urls) throws Exception {
        Clock clock = Clock.systemUTC();
        Sessions sessions = new Sessions(clock);
        Decisions decisions = new Decisions();
        RecordingTrail trail = new RecordingTrail();
        KeyedHash hash = KeyedHash.of(new byte[32]);
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
                                        urls, new NatsLogin.KeyPair(service), Optional.empty()),
                                Optional.empty(),
                                Optional.empty(),
                                2,
                                "countersign",
                                Map.of()),
                        sessions,
                        clock);
        Generation generation = generation();
        Callout callout =
                new Callout(
                        () -> generation,
                        KnownServers.ANY,
                        drafts,
                        trail,
                        sessions,
                        new Revocations(),
                        Throttles.none(),
                        CanaryMark.own(new SecureRandom()),
                        decisions,
                        new Limits(PATIENCE, PATIENCE, WhenUnable.SILENT),
                        clock);
        nats.serve(
                        new NatsService.Path(
                                callout,
                                new Admission(100, 50, Duration.ofSeconds(30)),
                                new Tally(),
                                decisions,
                                drafts,
                                trail))
                .get();
        return nats;
    }

    private Generation generation() {
        String subject = issuer.key().text();
        return new Generation(
                "r1",
                new Envelope.Clear(),
                new RequestVerifier(ed25519, Set.of(subject), PATIENCE),
                new AuthenticatorChain(List.of(Link.local(gate)), gate),
                ResponderIT.policy(),
                new AnswerSigner.OfStatic(Map.of(subject, issuer), Set.of("APP")));
    }

    /** Knows everybody, once it is open. */
    private static final class Gate implements Authenticator {
        private final AtomicInteger waiting = new AtomicInteger();
        private final CountDownLatch open = new CountDownLatch(1);

        @Override
        public String source() {
            return "users";
        }

        @Override
        public Authentication authenticate(
                VerifiedRequest request, Instant now, Deadline deadline) {
            waiting.incrementAndGet();
            try {
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new Authentication.Authenticated(
                    new Identity(
                            new Principal(source(), request.connect().user()),
                            CredentialRef.NONE,
                            Set.of(),
                            Map.of(),
                            Optional.empty()));
        }
    }
}
