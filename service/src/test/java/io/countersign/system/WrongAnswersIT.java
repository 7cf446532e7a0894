// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.cli.Instance;
import io.countersign.kit.Deployment;
import io.countersign.kit.DeploymentKeys;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.StandIn;
import io.countersign.kit.Wait;
import io.nats.client.Connection;
import io.nats.client.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What servers make of answers: of every wrong one, from a responder that gives nothing else, and
 * of ours.
 */
class WrongAnswersIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Map<String, String> ANYBODY = Map.of("user", "any", "pass", "any");

    static Stream<Deployment.Plan> shapes() {
        return Stream.of(Deployment.Mode.values())
                .flatMap(mode ->
                        Stream.of(NatsBinary.values())
                                .map(binary -> Deployment.Plan.of(mode, binary)));
    }

    // Checklist 68.
    @ParameterizedTest
    @MethodSource("shapes")
    void server_wrongAnswer_refusesItForThatReason_andNeverRefusesOurs(Deployment.Plan plan)
            throws Exception {
        OddAccounts accounts = new OddAccounts();
        try (Deployment system = Deployment.start(plan.changing(accounts::in))) {
            DeploymentKeys keys = new DeploymentKeys(system.folder(), plan.mode());
            Connection callout = keys.connect(system.server(), "callout");
            try {
                Verdicts verdicts = new Verdicts(callout);
                StandIn broken = new StandIn(callout, keys);
                broken.answers(StandIn::yes);
                assertThat(login(system, verdicts, ANYBODY).login)
                        .isInstanceOf(Login.Admitted.class);

                Map<WrongAnswer, String> notAsExpected = new LinkedHashMap<>();
                for (WrongAnswer wrong : WrongAnswers.of(plan, accounts)) {
                    broken.answers(wrong.make());
                    Seen seen = login(system, verdicts, ANYBODY);
                    if (!seen.isRefusedWith(wrong)) {
                        notAsExpected.put(wrong, seen.toString());
                    }
                }
                assertThat(notAsExpected).as(() -> system.server().log()).isEmpty();

                broken.close();
                assertOursAreNeverRefused(system, verdicts);
            } finally {
                callout.close();
            }
        }
    }

    /** An event on each no of ours, with our own reason, and none on our yes. */
    private static void assertOursAreNeverRefused(Deployment system, Verdicts verdicts) {
        Instance instance = system.startInstance("a");
        Seen alice =
                login(system, verdicts, Map.of("user", "alice", "pass", system.password("alice")));
        assertThat(alice.login()).isInstanceOf(Login.Admitted.class);
        for (Map<String, String> fields :
                List.<Map<String, String>>of(
                        Map.of("user", "alice", "pass", "wrong"),
                        Map.of("user", "no%sbody\r\n", "pass", "x".repeat(2_000)),
                        Map.of("auth_token", "guessed"),
                        Map.of("nkey", "U".repeat(56), "sig", "c2ln"),
                        Map.of())) {
            Seen seen = login(system, verdicts, fields);
            assertThat(seen.login()).isInstanceOf(Login.Refused.class);
            assertThat(verdicts.await(seen.cid()))
                    .matches("Auth callout service returned an error: [a-z-]+ [0-9a-f-]{36}");
        }
        assertThat(verdicts.byCid).doesNotContainKey(alice.cid());
        assertThat(instance.refusedAllows()).isZero();
    }

    private static Seen login(Deployment system, Verdicts verdicts, Map<String, String> fields) {
        try (RawClient client = RawClient.connect(system.server())) {
            Login login = client.login(system.connect(fields));
            return new Seen(login, client.errors(), client.cid(), verdicts);
        }
    }

    /** What a client and the callout account saw of one login. */
    private record Seen(Login login, List<String> errors, long cid, Verdicts verdicts) {
        boolean isRefusedWith(WrongAnswer wrong) {
            if (login instanceof Login.Admitted) {
                return false;
            }
            // A full account is the one thing that the client is told itself.
            return errors.stream().anyMatch(error -> contains(error, wrong.reason()))
                    || (errors.contains("Authorization Violation")
                            && contains(verdicts.await(cid), wrong.reason()));
        }

        private static boolean contains(String text, String part) {
            return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
        }

        @Override
        public String toString() {
            return login + ", errors " + errors + ", verdict " + verdicts.byCid.get(cid);
        }
    }

    /** What servers say of answers. */
    private static final class Verdicts {
        private final Map<Long, String> byCid = new ConcurrentHashMap<>();

        Verdicts(Connection callout) {
            callout.createDispatcher().subscribe("$SYS.ACCOUNT.CLIENT.AUTH.ERR", this::heard);
        }

        private void heard(Message message) {
            JsonNode event = json(message.getData());
            byCid.put(event.at("/client/id").asLong(), event.path("reason").asText());
        }

        String await(long cid) {
            return Wait.forValue(
                    "verdict on cid " + cid, PATIENCE, () -> Optional.ofNullable(byCid.get(cid)));
        }
    }

    private static JsonNode json(byte[] text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
