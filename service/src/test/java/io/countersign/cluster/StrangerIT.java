// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.hazelcast.cluster.ClusterState;
import com.hazelcast.cluster.Member;
import com.hazelcast.config.EntryListenerConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MapStoreConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastJsonValue;
import com.hazelcast.core.IExecutorService;
import com.hazelcast.jet.pipeline.Pipeline;
import com.hazelcast.jet.pipeline.Sinks;
import com.hazelcast.jet.pipeline.test.TestSources;
import com.hazelcast.transaction.TransactionOptions;
import io.countersign.crypto.KeyedHash;
import io.countersign.kit.Wait;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Somebody who learned the cluster's name joins two of ours with a member that has nothing closed,
 * and tries what Hazelcast lets a member try.
 */
@Tag("beside")
@SuppressWarnings("FutureReturnValueIgnored") // what comes of them is looked at together
class StrangerIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A stranger's member may wait for ever for an answer in a form that it does not know. */
    private static final Duration BRIEF = Duration.ofSeconds(3);

    @TempDir static Path folder;
    private static GridNodes nodes;
    private static GridNodes.Node a;
    private static GridNodes.Node b;
    private static SignedRevocation held;
    private static HazelcastInstance stranger;
    private static List<Member> ours;
    private static int number;

    /** Every refusal is a stack trace, on the stranger's side and on ours. */
    private static final Logger NOISE = (Logger) LoggerFactory.getLogger("com.hazelcast");

    private final List<Callable<Object>> attempts = new ArrayList<>();

    @BeforeAll
    static void join() throws Exception {
        NOISE.setLevel(Level.OFF);
        nodes = new GridNodes(folder);
        a = nodes.start(0, "a");
        b = nodes.start(1, "b");
        held = a.book().enter(GridNodes.account(1, "APP"));
        Wait.until("both have it", LIMIT, () -> b.refuses("APP") || announced(held) == 2);
        stranger = Stranger.join(GridNodes.NAME, nodes.port(3), nodes.addresses());
        Wait.until("it joined", LIMIT, () -> stranger.getCluster().getMembers().size() == 3);
        ours =
                stranger.getCluster().getMembers().stream()
                        .filter(member -> !member.localMember())
                        .toList();
    }

    @AfterAll
    static void end() {
        stranger.getLifecycleService().terminate();
        nodes.close();
        NOISE.setLevel(null);
    }

    private static int announced(SignedRevocation record) {
        return a.grid().announce(record, BRIEF).by().size();
    }

    @BeforeEach
    void forget() {
        Stranger.RAN.clear();
    }

    /** What must hold after whatever it tried. */
    private void unharmed() {
        assertThat(Stranger.RAN).isEmpty();
        assertThat(a.refuses("APP") && b.refuses("APP")).isTrue();
        assertThat(a.book().view().digests()).isEqualTo(b.book().view().digests());
        assertThat(Hazelcast.getAllHazelcastInstances())
                .allMatch(member -> member.getLifecycleService().isRunning());
        String name = "next-" + number++;
        SignedRevocation another = a.book().enter(GridNodes.account(100 + number, name));
        // It is there, so it counts, but its word does not.
        Wait.until("both of ours, and nobody else", LIMIT, () -> announced(another) == 2);
        assertThat(a.grid().announce(another, BRIEF).by()).containsExactly("n0", "n1");
        assertThat(b.refuses(name)).isTrue();
    }

    @Test
    void questionsAndRecords_forgedOrRepeated_changeNothing() throws Exception {
        Revocation it = held.revocation();
        byte[] forged = Drawn.seal(2).sign(it.lifted("mallory", "", Drawn.NOW)).bytes();
        byte[] key = new byte[32];
        key[0] = 1;
        GridSeal wrong = new GridSeal(KeyedHash.of(key), new SecureRandom());
        IExecutorService calls = stranger.getExecutorService(GridMember.EXECUTOR);
        for (Member member : ours) {
            for (int verb = 0; verb < 10; verb++) {
                byte[] question = wrong.question(verb, forged);
                byte[] answer =
                        calls.submitToMember(new GridCall(question), member)
                                .get(60, TimeUnit.SECONDS);
                assertThat(answer).isEmpty();
            }
        }
        // Even with the key of questions there is no lifting without that of records.
        GridSeal right = new GridSeal(KeyedHash.of(new byte[32]), new SecureRandom());
        for (Member member : ours) {
            GridCall call =
                    new GridCall(
                            right.question(
                                    GridAnswers.APPLY,
                                    GridAnswers.packed(List.of(new SignedRevocation(forged)))));
            byte[] answer = calls.submitToMember(call, member).get(60, TimeUnit.SECONDS);
            assertThat(right.opened(call.question(), answer))
                    .hasValueSatisfying(said -> assertThat(said).isEmpty());
        }
        unharmed();
    }

    @Test
    void tasks_inAnySerialisedForm_areNotEvenMade() throws Exception {
        List<Callable<String>> tasks =
                List.of(
                        new Stranger.OfJava(),
                        new Stranger.OfJavaByName(),
                        new Stranger.ByName(),
                        new Stranger.ByNumber(),
                        new Stranger.OfFields(),
                        new Stranger.Described("x"));
        for (Callable<String> task : tasks) {
            for (Member member : ours) {
                for (String executor : List.of(GridMember.EXECUTOR, "default", "other")) {
                    attempt(() ->
                            stranger.getExecutorService(executor).submitToMember(task, member));
                }
                attempt(() ->
                        stranger.getScheduledExecutorService("s")
                                .scheduleOnMember(task, member, 0, TimeUnit.SECONDS));
            }
            attempt(() -> stranger.getDurableExecutorService("d").submit(task));
        }
        noneSucceeds();
    }

    @Test
    void maps_writtenClearedAndProcessed_areNoneOfOurs() throws Exception {
        for (String name : List.of("revocations", "countersign", "default")) {
            var map = stranger.<String, Object>getMap(name);
            attempt(() -> {
                for (int i = 0; i < 50; i++) {
                    map.set("account APP " + i, new HazelcastJsonValue("{\"lifted\": true}"));
                }
                map.clear();
                return null;
            });
            attempt(() -> map.submitToKey("account APP 1", cast(new Stranger.OfJava())));
            attempt(() -> map.executeOnEntries(cast(new Stranger.ByName())));
            attempt(() -> {
                stranger.getTopic(name).publish("lift everything");
                return null;
            });
            attempt(() -> {
                stranger.getReplicatedMap(name).put("account APP", "lifted");
                stranger.getReplicatedMap(name).clear();
                return null;
            });
        }
        noneSucceeds();
    }

    @SuppressWarnings("unchecked")
    private static com.hazelcast.map.EntryProcessor<String, Object, String> cast(Object task) {
        return (com.hazelcast.map.EntryProcessor<String, Object, String>) task;
    }

    /** The other tests mean something: the same tasks do run on a member that is not closed. */
    @Test
    void tasks_onAMemberThatIsNotClosed_run() throws Exception {
        HazelcastInstance open = Stranger.join(GridNodes.NAME, nodes.port(2), nodes.addresses());
        try {
            Member member = open.getCluster().getLocalMember();
            for (Callable<String> task :
                    List.of(
                            new Stranger.OfJava(),
                            new Stranger.OfJavaByName(),
                            new Stranger.ByName(),
                            new Stranger.Described("x"))) {
                assertThat(
                                stranger.getExecutorService("other")
                                        .submitToMember(task, member)
                                        .get(60, TimeUnit.SECONDS))
                        .isEqualTo("ran");
            }
        } finally {
            open.getLifecycleService().terminate();
        }
    }

    /** A running member takes configuration from any other, names of classes in it. */
    @Test
    void configurationAtRunTime_withClassesByName_makesNothing() throws Exception {
        String name = Stranger.Configured.class.getName();
        attempt(() -> {
            stranger.getConfig()
                    .addMapConfig(
                            new MapConfig("loaded")
                                    .setMapStoreConfig(
                                            new MapStoreConfig()
                                                    .setEnabled(true)
                                                    .setClassName(name)));
            return null;
        });
        attempt(() -> {
            stranger.getConfig()
                    .addMapConfig(
                            new MapConfig("heard")
                                    .addEntryListenerConfig(
                                            new EntryListenerConfig(name, false, true)));
            return null;
        });
        for (int i = 0; i < 50; i++) {
            String key = "k" + i;
            attempt(() -> stranger.getMap("loaded").putAsync(key, "v").toCompletableFuture());
            attempt(() -> stranger.getMap("heard").putAsync(key, "v").toCompletableFuture());
        }
        noneSucceeds();
    }

    @Test
    void jobs_areNotTaken() throws Exception {
        Pipeline pipeline = Pipeline.create();
        pipeline.readFrom(TestSources.items("a")).writeTo(Sinks.noop());
        attempt(() -> stranger.getJet().newJob(pipeline).getFuture());
        attempt(() -> {
            try (var result = stranger.getSql().execute("SELECT 1")) {
                return result;
            }
        });
        noneSucceeds();
    }

    @Test
    void clusterState_changed_isChangedBack() throws Exception {
        attempt(() -> {
            stranger.getCluster()
                    .changeClusterState(
                            ClusterState.FROZEN,
                            new TransactionOptions().setTimeout(2, TimeUnit.SECONDS));
            return null;
        });
        attempt(() -> {
            // Begins with PASSIVE, which members without Jet refuse.
            stranger.getCluster()
                    .shutdown(new TransactionOptions().setTimeout(2, TimeUnit.SECONDS));
            return null;
        });
        noneSucceeds();
        Wait.until(
                "ours have changed it back",
                LIMIT,
                () -> stranger.getCluster().getClusterState() == ClusterState.ACTIVE);
    }

    private void attempt(Callable<?> task) {
        attempts.add(() -> {
            Object result = task.call();
            return result instanceof Future<?> future ? future.get() : result;
        });
    }

    /** Makes all attempts at once. Whatever becomes of them, none may come to a good end. */
    private void noneSucceeds() throws InterruptedException {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            for (Future<Object> each :
                    threads.invokeAll(attempts, BRIEF.toMillis(), TimeUnit.MILLISECONDS)) {
                if (each.state() == Future.State.SUCCESS) {
                    assertThat(each.resultNow()).isNotEqualTo("ran");
                }
            }
        } finally {
            threads.shutdownNow();
        }
        unharmed();
    }
}
