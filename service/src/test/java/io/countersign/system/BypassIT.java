// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import io.countersign.kit.CalloutForge;
import io.countersign.kit.Deployment;
import io.countersign.kit.DeploymentKeys;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Requests;
import io.countersign.policy.Reason;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.impl.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ways around the question that servers leave open, and what becomes of those who take them. */
class BypassIT {
    private static final Duration LONGER_THAN_AN_ANSWER_TAKES = Duration.ofSeconds(3);
    private static final String SUBJECT = "$SYS.REQ.USER.AUTH";

    // Checklist 86.
    @Test
    void forgedQuestion_whereServersDoNotKeepTheSubjectForThemselves_isDropped() throws Exception {
        Signer mallory = CalloutForge.strangeSigner(NKeyType.USER);
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST)
                        .changing(conf -> withMallory(conf, mallory.key().text()));
        // As setup writes it the servers keep even her from asking.
        try (Deployment system = Deployment.start(plan);
                RawClient client = RawClient.connect(system.server())) {
            loginWithKey(client, mallory);
            assertThat(client.canPublish(SUBJECT)).isFalse();
        }
        Deployment.Plan open =
                plan.changing(conf ->
                        withMallory(conf, mallory.key().text())
                                .replace("allowed_accounts: [\"AUTH\", ", "allowed_accounts: ["));
        try (Deployment system = Deployment.start(open);
                RawClient client = RawClient.connect(system.server())) {
            Instance instance = system.startInstance("a");
            loginWithKey(client, mallory);
            assertThat(client.canPublish(SUBJECT)).as("the hole is there").isTrue();

            assertThat(answerToForgery(system, mallory)).isNull();
            assertThat(instance.tally().reasons()).containsKey(Reason.UNKNOWN_SERVER);
            assertThat(instance.tally().allowed()).isZero();
        }
    }

    /** A question in which everything is right, but that no server of ours has asked. */
    private static @Nullable Message answerToForgery(Deployment system, Signer mallory)
            throws Exception {
        DeploymentKeys keys = new DeploymentKeys(system.folder(), Deployment.Mode.STATIC);
        Requests.Sealed question =
                Requests.server()
                        .subject(keys.issuer().key().text())
                        .at(Instant.now())
                        .password("alice", system.password("alice"))
                        .sealed(keys.xkey().key());
        Connection connection =
                Nats.connect(
                        new Options.Builder()
                                .server(system.server().url())
                                .authHandler(new DeploymentKeys.KeyPair(mallory))
                                .build());
        try {
            return connection.request(
                    SUBJECT,
                    new Headers().put("Nats-Server-Xkey", question.serverXKey().text()),
                    question.payload(),
                    LONGER_THAN_AN_ANSWER_TAKES);
        } finally {
            connection.close();
        }
    }

    /** Somebody whom the operator let into the callout account, with every right. */
    private static String withMallory(String conf, String nkey) {
        return conf.replaceFirst("(AUTH \\{\\s*users: \\[)", "$1 { nkey: " + nkey + " }")
                .replaceFirst("auth_users: \\[", "$0" + nkey + ", ");
    }

    private static void loginWithKey(RawClient client, Signer key) {
        assertThat(client.login(Map.of("nkey", key.key().text()), key::sign))
                .isInstanceOf(Login.Admitted.class);
    }

    // Checklist 87: in operator mode see OperatorSetupIT.
    @ParameterizedTest
    @EnumSource
    void clientThatClaimsTheServicesKey_inStaticMode_isRefused(NatsBinary binary) {
        Deployment.Plan plan = Deployment.Plan.of(Deployment.Mode.STATIC, binary);
        try (Deployment system = Deployment.start(plan)) {
            Instance instance = system.startInstance("a");
            String service = new DeploymentKeys(system.folder(), plan.mode()).publicKey("callout");
            for (Map<String, String> fields :
                    List.of(
                            Map.of("nkey", service),
                            Map.of("user", service, "pass", "guess"),
                            Map.of(
                                    "nkey",
                                    service,
                                    "user",
                                    "alice",
                                    "pass",
                                    system.password("alice")))) {
                try (RawClient client = RawClient.connect(system.server())) {
                    Login login = client.login(fields);
                    // Whom we let in is alice and nobody else.
                    boolean isIn = login instanceof Login.Admitted;
                    assertThat(isIn && client.canSubscribe(SUBJECT, "countersign")).isFalse();
                    assertThat(isIn).isEqualTo(instance.tally().allowed() > 0);
                }
            }
        }
    }
}
