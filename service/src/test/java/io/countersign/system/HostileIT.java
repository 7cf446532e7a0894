// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.kit.CheapHash;
import io.countersign.kit.Deployment;
import io.countersign.kit.DeploymentKeys;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A stranger in the callout account who throws rubbish at the service. {@code ops/soak malformed}
 * runs this with a million messages.
 */
class HostileIT {
    private static final int MESSAGES = Soak.size(50_000);

    /** Fewer than may wait for the service, so that each one reaches it. */
    private static final int BATCH = 10_000;

    /** What a collector may leave from one time to the next. */
    private static final long SLACK_MIB = 32;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    // What must hold 5.
    @Test
    void malformedMessages_byTheThousand_getNoReplyAndDoNoHarm() throws Exception {
        long seed = new SecureRandom().nextLong();
        Signer stranger = Ed25519.best().signer(Seed.generate(NKeyType.USER, new SecureRandom()));
        Deployment.Plan plan =
                Deployment.Plan.of(Deployment.Mode.STATIC, NatsBinary.NEWEST)
                        .changing(conf -> withStranger(conf, stranger.key().text()));
        try (Deployment system = Deployment.start(plan)) {
            // Her hash costs little: how long a real one takes on this machine is not the question.
            String ann = CheapHash.of("secret").encoded();
            system.withUsers("  - { name: ann, password: \"" + ann + "\", groups: [app] }");
            Instance instance = system.startInstance("a");
            AtomicInteger replies = new AtomicInteger();
            // A leaf node bound to the account escapes the publish deny; so does a route. Here a
            // user of another account reaches the subject through an export, as an operator's
            // mistake would allow.
            Options options =
                    new Options.Builder()
                            .server(system.server().url())
                            .authHandler(new DeploymentKeys.KeyPair(stranger))
                            .build();
            Connection connection = Nats.connect(options);
            try (Soak soak = Soak.of("messages")) {
                connection.createDispatcher(m -> replies.incrementAndGet()).subscribe("replies.>");
                Random random = new Random(seed);
                for (int sent = 0; sent < MESSAGES; ) {
                    sent = flood(connection, random, sent);
                    int reached = sent;
                    Wait.until(
                            "all rubbish counted, seed " + seed,
                            PATIENCE,
                            () -> instance.tally().requests() >= reached);
                    soak.sample(sent);
                }
                assertThat(soak.growthMib()).as(soak::toString).isLessThan(SLACK_MIB);
            } finally {
                connection.close();
            }
            assertThat(instance.tally().dropped()).isEqualTo(MESSAGES);
            assertThat(replies).hasValue(0);
            assertThat(instance.tally().allowed()).isZero();
            try (RawClient client = RawClient.connect(system.server())) {
                assertThat(client.login(Map.of("user", "ann", "pass", "secret")))
                        .as(() -> instance.tally() + "\n" + system.server().log())
                        .isInstanceOf(Login.Admitted.class);
            }
        }
    }

    /** Sends one batch; how many were sent by then. */
    private static int flood(Connection connection, Random random, int sent) throws Exception {
        int end = Math.min(sent + BATCH, MESSAGES);
        for (int i = sent; i < end; i++) {
            connection.publish(rubbish(random, i));
        }
        connection.flush(PATIENCE);
        return end;
    }

    /**
     * Shares the subject with an account of the stranger's: what nobody should do, and somebody
     * will.
     */
    private static String withStranger(String conf, String nkey) {
        return conf.replaceFirst(
                        "(?m)^(\\s*)\"?AUTH\"?\\s*:?\\s*\\{",
                        "$0\n    exports: [ { service: \"\\$SYS.REQ.USER.AUTH\" } ]\n")
                .replaceFirst(
                        "(?m)^accounts\\s*:?\\s*\\{",
                        "$0\n  STRANGER: { users: [ { nkey: "
                                + nkey
                                + " } ], imports: [ { service: { account: AUTH, subject: \"\\$SYS.REQ.USER.AUTH\" } } ] }\n")
                .replaceFirst("auth_users:\\s*\\[", "$0 " + nkey + ",");
    }

    private static Message rubbish(Random random, int i) {
        byte[] body = new byte[random.nextInt(i % 100 == 0 ? 4000 : 200)];
        random.nextBytes(body);
        Headers headers = new Headers();
        switch (random.nextInt(5)) {
            case 0 -> headers.add("Nats-Server-Xkey", "X" + "A".repeat(55));
            case 1 ->
                    headers.add(
                            "Nats-Server-Xkey",
                            "XAD2G7F4CQQJHSFXKXOBWEHINS2CMN2K2FVKQU7NBPP4BMVYNUOHZWPX");
            case 2 -> body = "eyJ0eXAiOiJKV1QifQ.e30.AA".getBytes(StandardCharsets.US_ASCII);
            case 3 ->
                    System.arraycopy(
                            "xkv1".getBytes(StandardCharsets.US_ASCII),
                            0,
                            body,
                            0,
                            Math.min(4, body.length));
            default -> {}
        }
        return NatsMessage.builder()
                .subject("$SYS.REQ.USER.AUTH")
                .replyTo("replies." + i)
                .headers(headers)
                .data(body)
                .build();
    }
}
