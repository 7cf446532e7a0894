// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IExecutorService;
import io.countersign.crypto.KeyedHash;
import io.countersign.kit.FreePorts;
import io.countersign.kit.Wait;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real members: what one revokes all refuse, whatever a stranger among them does. */
class GridIT {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String NAME = "cs-grid-it";

    @TempDir Path folder;
    private final List<String> addresses = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();

    /** One instance's part in the cluster. */
    private record Node(RevocationBook book, Grid grid) implements AutoCloseable {
        boolean refuses(String account) {
            return book.view().findAccount(account, Drawn.NOW).isPresent();
        }

        @Override
        public void close() {
            grid.close();
            book.close();
        }
    }

    @BeforeEach
    void addresses() {
        for (int port : FreePorts.several(4)) {
            addresses.add("127.0.0.1:" + port);
        }
    }

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
    }

    private Grid.Settings settings(int index) {
        String address = addresses.get(index);
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        return new Grid.Settings(NAME, "n" + index, "127.0.0.1", port, addresses, 3);
    }

    private Node start(int index, String disk) throws IOException {
        RevocationSeal seal = Drawn.seal(1);
        RevocationStore store = RevocationStore.open(folder.resolve(disk), seal);
        RevocationBook book = RevocationBook.open(seal, store, new Revocations());
        Grid grid = Grid.start(settings(index), book, KeyedHash.of(new byte[32]), RANDOM);
        Node node = new Node(book, grid);
        nodes.add(node);
        return node;
    }

    private static Revocation account(int number, String name) {
        return new Revocation(
                new Drawn(number).id(),
                RevocationKind.ACCOUNT,
                name,
                "stolen",
                "ann",
                Drawn.NOW,
                Optional.empty(),
                1,
                false);
    }

    @Test
    void announce_threeMembers_isInForceOnAllWhenItReturns() throws IOException {
        Node a = start(0, "a");
        assertThat(a.grid().announce(a.book().enter(account(1, "X")), LIMIT))
                .hasToString("1 of 3")
                .returns(false, Confirmation::isByAll);
        Node b = start(1, "b");
        Node c = start(2, "c");

        Confirmation confirmed = a.grid().announce(a.book().enter(account(2, "APP")), LIMIT);

        assertThat(confirmed).hasToString("3 of 3").returns(true, Confirmation::isByAll);
        assertThat(confirmed.by()).containsExactly("n0", "n1", "n2");
        assertThat(b.refuses("APP") && c.refuses("APP")).isTrue();
        // What was revoked before they joined came with joining.
        assertThat(b.refuses("X") && c.refuses("X")).isTrue();
        assertThat(b.grid().takeOnce("jti", LIMIT)).isTrue();
        assertThat(c.grid().takeOnce("jti", LIMIT)).isFalse();
    }

    @Test
    void join_wipedDiskAndRecordsOnBothSides_endsWithAllEverywhere() throws IOException {
        Node a = start(0, "a");
        for (int i = 0; i < 300; i++) {
            a.book().enter(account(i, "left-" + i));
        }
        Node b = start(1, "b");
        b.close();
        nodes.remove(b);
        try (RevocationBook away = offline("other")) {
            away.enter(account(1000, "right"));
        }
        Node wiped = start(1, "other");
        assertThat(wiped.book().view().size()).isEqualTo(301);
        Wait.until("the record of the newcomer", LIMIT, () -> a.refuses("right"));
    }

    private RevocationBook offline(String disk) throws IOException {
        RevocationSeal seal = Drawn.seal(1);
        return RevocationBook.open(
                seal, RevocationStore.open(folder.resolve(disk), seal), new Revocations());
    }

    /** What a stranger would have us run. */
    private static final class Hostile implements Callable<String>, Serializable {
        private static final long serialVersionUID = 1;

        @Override
        public String call() {
            System.setProperty("countersign.test.hostile", "ran");
            return "ran";
        }
    }

    @Test
    void stranger_withTheClustersName_changesAndLearnsNothing() throws Exception {
        Node a = start(0, "a");
        Node b = start(1, "b");
        Revocation held = account(1, "APP");
        a.grid().announce(a.book().enter(held), LIMIT);

        HazelcastInstance stranger = GridMember.start(settings(3), question -> new byte[32]);
        try {
            Wait.until("it joined", LIMIT, () -> stranger.getCluster().getMembers().size() == 3);
            IExecutorService calls = stranger.getExecutorService(GridMember.EXECUTOR);
            byte[] forged = Drawn.seal(2).sign(held.lifted("mallory", "", Drawn.NOW)).bytes();
            GridSeal wrongKey =
                    new GridSeal(
                            KeyedHash.of(
                                    new byte[] {
                                        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
                                    }),
                            RANDOM);
            for (Member member : stranger.getCluster().getMembers()) {
                if (member.localMember()) {
                    continue;
                }
                for (int verb = 0; verb < 6; verb++) {
                    byte[] question = wrongKey.question(verb, forged);
                    assertThat(ask(calls, new GridCall(question), member)).isEmpty();
                }
                assertThat(refusal(calls, member)).isNotEqualTo("ran");
            }
            assertThat(a.refuses("APP") && b.refuses("APP")).isTrue();
            // It is there, so it counts, but its word does not.
            assertThat(a.grid().announce(a.book().enter(account(2, "Y")), LIMIT).by())
                    .containsExactly("n0", "n1");
        } finally {
            stranger.getLifecycleService().terminate();
        }
        assertThat(System.getProperty("countersign.test.hostile")).isNull();
    }

    private static byte[] ask(IExecutorService calls, Callable<byte[]> call, Member member)
            throws Exception {
        return calls.submitToMember(call, member).get(20, TimeUnit.SECONDS);
    }

    private static String refusal(IExecutorService calls, Member member)
            throws InterruptedException {
        try {
            return calls.submitToMember(new Hostile(), member).get(5, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
