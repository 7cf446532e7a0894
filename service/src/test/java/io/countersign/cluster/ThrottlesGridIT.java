// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cluster.throttle.Attempt;
import io.countersign.cluster.throttle.Lockout;
import io.countersign.cluster.throttle.LockoutBook;
import io.countersign.cluster.throttle.LockoutStore;
import io.countersign.cluster.throttle.Pass;
import io.countersign.cluster.throttle.ThrottleRule;
import io.countersign.cluster.throttle.ThrottleRule.FailureLimit;
import io.countersign.cluster.throttle.ThrottleRule.Lockouts;
import io.countersign.cluster.throttle.ThrottleRule.Part;
import io.countersign.cluster.throttle.ThrottleRule.Prefixes;
import io.countersign.cluster.throttle.ThrottleRule.RateLimit;
import io.countersign.cluster.throttle.ThrottleRule.Spare;
import io.countersign.cluster.throttle.Throttled;
import io.countersign.cluster.throttle.Throttles;
import io.countersign.crypto.KeyedHash;
import io.countersign.crypto.SipHash;
import io.countersign.kit.FreePorts;
import io.countersign.kit.Wait;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Throttles over three real members: they count as one, and lockouts outlive any of them. */
class ThrottlesGridIT {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MOST = 40;
    private static final int BURST = 30;

    @TempDir Path folder;
    private final List<String> addresses = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private int strangers;

    private record Node(Throttles throttles, LockoutBook lockouts, RevocationBook book, Grid grid)
            implements AutoCloseable {
        @Override
        public void close() {
            grid.close();
            lockouts.close();
            book.close();
        }

        Optional<Throttled> guess(String user, String address) {
            Pass pass = throttles.pass(new Attempt(address, user, true, "", "n", true));
            return pass.before().or(pass::failed);
        }

        boolean letsIn(String user, String address) {
            Pass pass = throttles.pass(new Attempt(address, user, true, "", "n", true));
            return pass.before().or(() -> pass.proved("users:" + user)).isEmpty();
        }
    }

    @BeforeEach
    void addresses() {
        FreePorts.several(3).forEach(port -> addresses.add("127.0.0.1:" + port));
    }

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
    }

    private static List<ThrottleRule> rules() {
        FailureLimit failures =
                new FailureLimit(
                        MOST,
                        0,
                        Duration.ofHours(1),
                        new Lockouts(Duration.ofMinutes(30), 2, Duration.ofHours(1)),
                        false);
        return List.of(
                rule("user", Optional.empty(), Optional.of(failures), Part.USER),
                rule(
                        "client",
                        Optional.of(RateLimit.of(1, Duration.ofHours(1), BURST)),
                        Optional.empty(),
                        Part.CLIENT));
    }

    private static ThrottleRule rule(
            String name, Optional<RateLimit> rate, Optional<FailureLimit> failures, Part part) {
        return new ThrottleRule(
                name,
                EnumSet.of(part),
                rate,
                failures,
                List.of(),
                List.of(),
                Prefixes.DEFAULT,
                Spare.KNOWN,
                false);
    }

    private Node start(int index) throws IOException {
        RevocationSeal seal = Drawn.seal(1);
        RevocationStore store = RevocationStore.open(folder.resolve("r" + index), seal);
        RevocationBook book = RevocationBook.open(seal, store, new Revocations());
        String address = addresses.get(index);
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        Grid.Settings settings =
                new Grid.Settings("cs-throttles-it", "n" + index, "127.0.0.1", port, addresses, 3);
        Grid grid = Grid.start(settings, book, KeyedHash.of(new byte[32]), RANDOM);
        Clock clock = Clock.systemUTC();
        LockoutStore disk = LockoutStore.open(folder.resolve("l" + index));
        LockoutBook lockouts = LockoutBook.open(disk, clock);
        Throttles throttles =
                new Throttles(rules(), lockouts, disk, SipHash.of(new byte[SipHash.KEY]), clock);
        // This is about counting, on a machine that may be busy.
        grid.share(throttles, new GridThrottles.Patience(LIMIT, LIMIT));
        Node node = new Node(throttles, lockouts, book, grid);
        nodes.add(node);
        return node;
    }

    private List<Node> three() throws IOException {
        List<Node> three = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            three.add(start(i));
        }
        for (Node node : three) {
            Wait.until("all three are there", LIMIT, () -> node.grid().size() == 3);
        }
        return three;
    }

    /** From an address that nobody came from before: who gets in is known there. */
    private boolean isLockedOut(Node node) {
        return !node.letsIn("alice", address(1000 + strangers++));
    }

    private static String address(int number) {
        return "10.0.%d.%d".formatted(number >> 8, number & 255);
    }

    @Test
    void guesser_overThreeMembers_isLockedOutByAllAlsoAfterRestarts() throws Exception {
        List<Node> three = three();
        assertThat(three.get(2).letsIn("alice", "192.0.2.1")).isTrue();

        int told = 0;
        for (int i = 0; i < 500; i++) {
            told += three.get(i % 3).guess("alice", address(i)).isEmpty() ? 1 : 0;
        }
        assertThat(told).isBetween(MOST, MOST + MOST / 10);
        for (Node node : three) {
            Wait.until("it is locked here", LIMIT, () -> isLockedOut(node));
            // From where she got in through another instance before.
            Wait.until("she is known here", LIMIT, () -> node.letsIn("alice", "192.0.2.1"));
        }
        Lockout lockout = three.getFirst().lockouts().active().getFirst();

        // All are stopped; what is left are their disks.
        nodes.forEach(Node::close);
        nodes.clear();
        List<Node> again = List.of(start(0), start(1));
        for (Node node : again) {
            assertThat(isLockedOut(node)).isTrue();
            assertThat(node.letsIn("alice", "192.0.2.1")).isTrue();
        }
        java.nio.file.Files.delete(folder.resolve("l2"));
        Node wiped = start(2);
        assertThat(isLockedOut(wiped)).isTrue();

        assertThat(wiped.throttles().unlock(lockout.id())).isPresent();
        for (Node node : nodes) {
            Wait.until("it is lifted here", LIMIT, () -> !isLockedOut(node));
        }
    }

    @Test
    void failures_ofAMemberThatDied_areStillCounted() throws Exception {
        List<Node> three = three();
        for (int i = 0; i < MOST - 10; i++) {
            assertThat(three.get(i % 3).guess("bob", address(i))).isEmpty();
        }
        Wait.until("all has a copy", LIMIT, () -> three.get(0).grid().isSafe());
        three.get(1).close();
        nodes.remove(three.get(1));
        Wait.until("two are left", LIMIT, () -> three.get(0).grid().size() == 2);
        int told = 0;
        for (int i = 0; i < 100; i++) {
            told += three.get(2 * (i % 2)).guess("bob", address(i)).isEmpty() ? 1 : 0;
        }
        assertThat(told).isBetween(1, 10 + MOST / 10);
    }

    /** So slow a rate that no token comes back meanwhile: the bucket is one for all. */
    @Test
    void rate_overThreeMembers_isOneBucket() throws Exception {
        List<Node> three = three();
        int taken = 0;
        for (int i = 0; i < 300; i++) {
            Attempt attempt = new Attempt("10.0.0.1", "u", true, "device", "n", true);
            Pass pass = three.get(i % 3).throttles().pass(attempt);
            taken += pass.before().isEmpty() ? 1 : 0;
        }
        assertThat(taken).isBetween(BURST, BURST + BURST / 10);
    }
}
