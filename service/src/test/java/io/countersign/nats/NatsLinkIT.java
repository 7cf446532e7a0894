// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsCluster;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where the links of one instance are while its servers come and go. */
class NatsLinkIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAME = "link-under-test";

    /** Such a server closes no connection by itself while a test runs. */
    private static final String PATIENT =
            "lame_duck_duration: \"300s\"\nlame_duck_grace_period: \"200s\"";

    @ParameterizedTest
    @EnumSource(NatsBinary.class)
    void links_asManyAsServers_areEachOnAnother(NatsBinary binary) {
        try (NatsCluster cluster = NatsCluster.start(binary, 3, _ -> "");
                Links links = Links.start(cluster, 3)) {
            links.awaitReady();

            assertThat(cluster.servers()).allSatisfy(it -> assertThat(linksOn(it)).isOne());
        }
    }

    @ParameterizedTest
    @EnumSource(NatsBinary.class)
    void links_toldOneServerOnly_findTheOthers(NatsBinary binary) {
        try (NatsCluster cluster = NatsCluster.start(binary, 3, _ -> "");
                Links links = Links.start(List.of(cluster.server(0).url()), 3)) {
            links.awaitReady();

            Wait.until("spread", PATIENCE, () -> areSpread(cluster));
        }
    }

    @ParameterizedTest
    @EnumSource(NatsBinary.class)
    void serverStoppedAndStarted_linksMoveTogether_andSpreadAgain(NatsBinary binary) {
        try (NatsCluster cluster = NatsCluster.start(binary, 3, _ -> "");
                Links links = Links.start(cluster, 3)) {
            links.awaitReady();
            for (NatsServer server : cluster.servers()) {
                server.stop();
                Wait.until("all links", PATIENCE, () -> links(cluster) == 3);

                server.restart();

                Wait.until("spread", PATIENCE, () -> areSpread(cluster));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(NatsBinary.class)
    void lameDuck_underLoad_isLeftAndNoRequestIsLost(NatsBinary binary) throws Exception {
        try (NatsCluster cluster = NatsCluster.start(binary, 3, _ -> PATIENT);
                Links links = Links.start(cluster, 3);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            links.awaitReady();
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger answered = new AtomicInteger();
            List<Future<Integer>> lost = new ArrayList<>();
            for (NatsServer server : cluster.servers()) {
                lost.add(threads.submit(() -> lostRequests(server, answered, over)));
            }
            awaitMore(answered);

            cluster.server(1).lameDuck();
            Wait.until("left", PATIENCE, () -> linksOn(cluster.server(1)) == 0);
            awaitMore(answered);
            over.set(true);

            for (Future<Integer> each : lost) {
                assertThat(each.get()).isZero();
            }
            assertThat(links.all).allMatch(NatsLink::isReady);
        }
    }

    @ParameterizedTest
    @EnumSource(NatsBinary.class)
    void lameDuck_onlyServer_isKeptUntilItEnds(NatsBinary binary) {
        try (NatsServer server = NatsServer.start(binary, "");
                Links links = Links.start(List.of(server.url()), 1)) {
            links.awaitReady();
            server.lameDuck();
            server.awaitLog("Entering lame duck mode");

            assertThat(linksOn(server)).isOne();
            assertThat(links.all.getFirst().isReady()).isTrue();

            server.kill();
            server.restart();
            Wait.until("back", PATIENCE, () -> linksOn(server) == 1);
        }
    }

    private static void awaitMore(AtomicInteger answered) {
        int before = answered.get();
        Wait.until("300 more answers", PATIENCE, () -> answered.get() >= before + 300);
    }

    private static int lostRequests(NatsServer server, AtomicInteger answered, AtomicBoolean over) {
        int lost = 0;
        try (RawClient client = RawClient.connect(server)) {
            client.login(Map.of());
            while (!over.get()) {
                if (client.request("question", new byte[0], Duration.ofSeconds(10)).isPresent()) {
                    answered.incrementAndGet();
                } else {
                    lost++;
                }
            }
        }
        return lost;
    }

    private static boolean areSpread(NatsCluster cluster) {
        return cluster.servers().stream().allMatch(it -> linksOn(it) == 1);
    }

    private static int links(NatsCluster cluster) {
        return cluster.servers().stream()
                .filter(NatsServer::isAlive)
                .mapToInt(NatsLinkIT::linksOn)
                .sum();
    }

    private static int linksOn(NatsServer server) {
        int count = 0;
        for (var connection : server.monitor("/connz").path("connections")) {
            count += connection.path("name").asText().equals(NAME) ? 1 : 0;
        }
        return count;
    }

    /** Links that answer questions as one queue group. */
    private record Links(List<NatsLink> all) implements AutoCloseable {
        static Links start(NatsCluster cluster, int count) {
            return start(cluster.servers().stream().map(NatsServer::url).toList(), count);
        }

        static Links start(List<String> urls, int count) {
            NatsTarget target = new NatsTarget(urls, new NatsLogin.Anonymous(), Optional.empty());
            ServerSpread spread = new ServerSpread(urls, System::nanoTime, new SplittableRandom(1));
            Echo echo = new Echo();
            List<NatsLink> links = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                links.add(new NatsLink(target, NAME, spread, echo));
            }
            links.forEach(NatsLink::start);
            return new Links(links);
        }

        void awaitReady() {
            Wait.until("ready", PATIENCE, () -> all.stream().allMatch(NatsLink::isReady));
        }

        @Override
        public void close() {
            all.forEach(NatsLink::close);
        }
    }

    private static final class Echo implements NatsLink.Purpose {
        private final Map<Connection, Dispatcher> dispatchers = new ConcurrentHashMap<>();

        @Override
        public void begin(Connection connection) {
            Dispatcher dispatcher = connection.createDispatcher();
            dispatcher.subscribe(
                    "question", "group", m -> connection.publish(m.getReplyTo(), new byte[0]));
            dispatchers.put(connection, dispatcher);
        }

        @Override
        public void end(Connection connection, Duration limit) throws InterruptedException {
            Dispatcher dispatcher = dispatchers.remove(connection);
            try {
                if (dispatcher != null) {
                    dispatcher.drain(limit).join();
                }
                connection.flush(limit);
            } catch (TimeoutException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
