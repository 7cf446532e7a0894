// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.identity.users.PasswordHash;
import io.countersign.kit.CheapHash;
import io.countersign.kit.Deployment;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.Wait;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamOptions;
import io.nats.client.JetStreamSubscription;
import io.nats.client.KeyValue;
import io.nats.client.KeyValueOptions;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.PushSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueWatcher;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.service.Discovery;
import io.nats.service.Service;
import io.nats.service.ServiceEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What shorthands of a policy stand for, used by a client library against real servers: it is
 * enough for what is meant, and nothing beside that works.
 */
@Tag("beside")
class ShorthandIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration REQUEST = Duration.ofSeconds(2);

    private static final String POLICY =
            """
            version: 1
            rules:
              - id: admin
                when: { source: users, name: admin }
                grant:
                  account: APP
                  publish: { allow: [">"], everything: true }
                  subscribe: { allow: [">"], everything: true }
              - id: worker
                when: { source: users, name: worker }
                grant:
                  account: APP
                  inbox: "_INBOX_{{name}}"
                  consumers:
                    - { stream: ORDERS, consumer: billing }
                    - { stream: ORDERS, consumer: pushed, deliver: deliver.orders, queue: crew }
              - id: reader
                when: { source: users, name: reader }
                grant:
                  account: APP
                  inbox: "_INBOX_{{name}}"
                  buckets: [{ bucket: settings, read: ">" }]
              - id: narrow
                when: { source: users, name: narrow }
                grant:
                  account: APP
                  inbox: "_INBOX_{{name}}"
                  buckets: [{ bucket: settings, read: "{{name}}.>", write: "{{name}}.>" }]
              - id: serving
                when: { source: users, name: serving }
                grant:
                  account: APP
                  services: [{ serve: prices, endpoints: prices.get }]
              - id: calling
                when: { source: users, name: calling }
                grant:
                  account: APP
                  inbox: "_INBOX_{{name}}"
                  services: [{ call: prices, endpoints: prices.get }]
            """;

    private final PasswordHash secret = CheapHash.of("secret");

    private final List<Connection> connections = new ArrayList<>();

    /** What servers forbade to the clients of this test, by name. */
    private final Map<String, Queue<String>> forbidden = new ConcurrentHashMap<>();

    @AfterEach
    void close() throws InterruptedException {
        for (Connection connection : connections) {
            connection.close();
        }
    }

    @ParameterizedTest
    @EnumSource(NatsBinary.class)
    void shorthands_ofAPolicy_openWhatTheyMeanAndNoMore(NatsBinary binary) throws Exception {
        try (Deployment system =
                Deployment.start(Deployment.Plan.of(Deployment.Mode.STATIC, binary))) {
            system.withUsers(users()).withPolicy(POLICY).startInstance("a");
            Connection admin = connect(system, "admin");
            make(admin);
            consumers(system, admin);
            bucketWholly(system, admin);
            bucketInPart(system, admin);
            services(system);
        }
    }

    private static void make(Connection admin) throws Exception {
        var management = admin.jetStreamManagement();
        management.addStream(
                StreamConfiguration.builder()
                        .name("ORDERS")
                        .subjects("orders.>")
                        .storageType(StorageType.Memory)
                        .build());
        for (String name : List.of("billing", "other")) {
            management.addOrUpdateConsumer("ORDERS", consumer(name).build());
        }
        management.addOrUpdateConsumer(
                "ORDERS",
                consumer("pushed").deliverSubject("deliver.orders").deliverGroup("crew").build());
        admin.keyValueManagement()
                .create(
                        KeyValueConfiguration.builder("settings")
                                .maxHistoryPerKey(3)
                                .storageType(StorageType.Memory)
                                .build());
        admin.jetStream().publish("orders.new", bytes("one"));
        admin.keyValue("settings").put("theme.colour", bytes("red"));
    }

    private static ConsumerConfiguration.Builder consumer(String name) {
        return ConsumerConfiguration.builder().durable(name).ackPolicy(AckPolicy.Explicit);
    }

    private void consumers(Deployment system, Connection admin) throws Exception {
        Connection worker = connect(system, "worker");
        Message pulled =
                worker.jetStream()
                        .subscribe(null, PullSubscribeOptions.bind("ORDERS", "billing"))
                        .fetch(1, PATIENCE)
                        .getFirst();
        pulled.ack();
        JetStreamSubscription push =
                worker.jetStream()
                        .subscribe(null, "crew", PushSubscribeOptions.bind("ORDERS", "pushed"));
        Message pushed = push.nextMessage(PATIENCE);
        pushed.ack();
        worker.flush(PATIENCE);

        assertThat(text(pulled.getData())).isEqualTo("one");
        assertThat(text(pushed.getData())).isEqualTo("one");
        for (String name : List.of("billing", "pushed")) {
            Wait.until(
                    name + " has its acknowledgement",
                    PATIENCE,
                    () -> acknowledged(admin, name) == 1);
        }
        assertThat(forbidden("worker")).isEmpty();

        var management = worker.jetStreamManagement(quick());
        refuse("worker", "$JS.API.STREAM.DELETE.ORDERS", () -> management.deleteStream("ORDERS"));
        refuse(
                "worker",
                "$JS.API.CONSUMER.DELETE.ORDERS.billing",
                () -> management.deleteConsumer("ORDERS", "billing"));
        refuse(
                "worker",
                "$JS.API.CONSUMER.INFO.ORDERS.other",
                () -> management.getConsumerInfo("ORDERS", "other"));
        refuse("worker", "orders.new", () -> worker.jetStream(quick()).publish("orders.new", null));
        assertThat(admin.jetStreamManagement().getStreamNames()).contains("ORDERS");
    }

    private static long acknowledged(Connection admin, String consumer) {
        try {
            return admin.jetStreamManagement()
                    .getConsumerInfo("ORDERS", consumer)
                    .getAckFloor()
                    .getStreamSequence();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void bucketWholly(Deployment system, Connection admin) throws Exception {
        Connection reader = connect(system, "reader");
        KeyValue bucket = reader.keyValue("settings", kv());

        assertThat(bucket.get("theme.colour").getValueAsString()).isEqualTo("red");
        assertThat(bucket.get("theme.colour", 1).getValueAsString()).isEqualTo("red");
        assertThat(bucket.keys()).containsExactly("theme.colour");
        assertThat(bucket.history("theme.colour")).hasSize(1);
        Seen seen = new Seen();
        var watch = bucket.watchAll(seen);
        admin.keyValue("settings").put("theme.size", bytes("big"));
        Wait.until(
                "the watch sees it",
                PATIENCE,
                () -> seen.keys.containsAll(List.of("theme.colour", "theme.size")));
        watch.unsubscribe();
        assertThat(forbidden("reader")).isEmpty();

        refuse("reader", "$KV.settings.theme.colour", () -> bucket.put("theme.colour", "x"));
        refuse("reader", "$KV.settings.theme.colour", () -> bucket.delete("theme.colour"));
        refuse(
                "reader",
                "$JS.API.STREAM.PURGE.KV_settings",
                () -> reader.jetStreamManagement(quick()).purgeStream("KV_settings"));
        assertThat(admin.keyValue("settings").get("theme.colour").getValueAsString())
                .isEqualTo("red");
    }

    private void bucketInPart(Deployment system, Connection admin) throws Exception {
        Connection narrow = connect(system, "narrow");
        KeyValue bucket = narrow.keyValue("settings", kv());

        bucket.put("narrow.shape", bytes("round"));
        assertThat(bucket.get("narrow.shape").getValueAsString()).isEqualTo("round");
        Seen seen = new Seen();
        var watch = bucket.watch("narrow.>", seen);
        Wait.until("the watch sees it", PATIENCE, () -> seen.keys.contains("narrow.shape"));
        watch.unsubscribe();
        bucket.delete("narrow.shape");
        assertThat(forbidden("narrow")).isEmpty();

        refuse("narrow", "$KV.settings.theme.colour", () -> bucket.put("theme.colour", "x"));
        refuse(
                "narrow",
                "$JS.API.DIRECT.GET.KV_settings.$KV.settings.theme.colour",
                () -> bucket.get("theme.colour"));
        refuse("narrow", "$JS.API.CONSUMER.CREATE.KV_settings.", () -> bucket.watchAll(new Seen()));
        assertThat(admin.keyValue("settings").get("narrow.shape")).isNull();
    }

    private void services(Deployment system) throws Exception {
        Connection serving = connect(system, "serving");
        Connection calling = connect(system, "calling");
        Service service =
                Service.builder()
                        .connection(serving)
                        .name("prices")
                        .version("1.0.0")
                        .addServiceEndpoint(
                                ServiceEndpoint.builder()
                                        .endpointName("get")
                                        .endpointSubject("prices.get")
                                        .handler(it -> it.respond(serving, "12"))
                                        .build())
                        .build();
        var _ = service.startService();
        serving.flush(PATIENCE);

        assertThat(text(calling.request("prices.get", null, PATIENCE).getData())).isEqualTo("12");
        Discovery discovery = new Discovery(calling, PATIENCE.toMillis(), 1);
        assertThat(discovery.ping("prices")).hasSize(1);
        assertThat(discovery.info("prices")).hasSize(1);
        assertThat(discovery.stats("prices", service.getId())).isNotNull();
        assertThat(forbidden("serving")).isEmpty();
        assertThat(forbidden("calling")).isEmpty();

        calling.subscribe("prices.get");
        calling.publish("$SRV.PING", null);
        serving.subscribe("prices.get");
        serving.publish("prices.get", null);
        awaitForbidden("calling", "prices.get");
        awaitForbidden("calling", "$SRV.PING");
        awaitForbidden("serving", "Subscription to \"prices.get\"");
        awaitForbidden("serving", "Publish to \"prices.get\"");
    }

    /** Something that needs a right which is not there: it fails, and the server said why. */
    private void refuse(String user, String subject, Attempt attempt) {
        assertThatThrownBy(attempt::make).as(subject).isInstanceOf(Exception.class);
        awaitForbidden(user, subject);
        forbidden.remove(user);
    }

    private interface Attempt {
        void make() throws Exception;
    }

    private void awaitForbidden(String user, String subject) {
        Wait.until(
                user + " may not: " + subject,
                PATIENCE,
                () -> forbidden(user).stream().anyMatch(it -> it.contains(subject)));
    }

    private Queue<String> forbidden(String user) {
        return forbidden.computeIfAbsent(user, _ -> new ConcurrentLinkedQueue<>());
    }

    private static JetStreamOptions quick() {
        return JetStreamOptions.builder().requestTimeout(REQUEST).build();
    }

    private static KeyValueOptions kv() {
        return KeyValueOptions.builder().jetStreamOptions(quick()).build();
    }

    private Connection connect(Deployment system, String user)
            throws IOException, InterruptedException {
        Connection made =
                Nats.connect(
                        Options.builder()
                                .server(system.server().url())
                                .userInfo(user, "secret")
                                .inboxPrefix("_INBOX_" + user)
                                .connectionTimeout(PATIENCE)
                                .maxReconnects(0)
                                .errorListener(
                                        new ErrorListener() {
                                            @Override
                                            public void errorOccurred(Connection it, String error) {
                                                forbidden(user).add(error);
                                            }
                                        })
                                .build());
        connections.add(made);
        return made;
    }

    /** Keys that a watch has told of. */
    private static final class Seen implements KeyValueWatcher {
        private final Set<String> keys = ConcurrentHashMap.newKeySet();

        @Override
        public void watch(KeyValueEntry entry) {
            keys.add(entry.getKey());
        }

        @Override
        public void endOfData() {}
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String users() {
        StringBuilder users = new StringBuilder();
        for (String name : List.of("admin", "worker", "reader", "narrow", "serving", "calling")) {
            users.append("  - { name: %s, password: \"%s\" }\n".formatted(name, secret.encoded()));
        }
        return users.toString();
    }
}
