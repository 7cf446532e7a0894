// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.countersign.identity.users.PasswordHash;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Checks passwords: names that nobody has cost the same, at most two at a time, and after five
 * failures in a minute for a name or an address nobody gets an answer. Thread-safe.
 */
final class LoginDesk {
    static final int FAILURES = 5;
    static final Duration WINDOW = Duration.ofMinutes(1);

    private static final int REMEMBERED = 10_000;

    private final ViewerFile viewers;
    private final Clock clock;
    private final PasswordHash decoy;
    private final Semaphore hashing = new Semaphore(2);

    @GuardedBy("failures")
    private final Map<String, Deque<Instant>> failures = new LinkedHashMap<>();

    LoginDesk(ViewerFile viewers, Clock clock, SecureRandom random) {
        this.viewers = viewers;
        this.clock = clock;
        this.decoy = PasswordHash.make(new byte[] {1}, random).decoy(random);
    }

    /** What came of it. */
    sealed interface Result {
        /** The password is that person's. */
        record Welcome(Viewer viewer) implements Result {}

        /** It is not, or there is no such person. */
        record Refused() implements Result {}

        /** Too many failures: nothing was checked. */
        record TooMany() implements Result {}
    }

    Result check(String name, String password, String address) throws InterruptedException {
        String byName = "name " + name.substring(0, Math.min(64, name.length()));
        String byAddress = "address " + address;
        if (isFull(byName) || isFull(byAddress)) {
            return new Result.TooMany();
        }
        Optional<Viewer> viewer = viewers.find(name);
        hashing.acquire();
        boolean right;
        try {
            right =
                    viewer.map(Viewer::password)
                            .orElse(decoy)
                            .matches(password.getBytes(StandardCharsets.UTF_8));
        } finally {
            hashing.release();
        }
        if (viewer.isPresent() && right) {
            return new Result.Welcome(viewer.get());
        }
        count(byName);
        count(byAddress);
        return new Result.Refused();
    }

    private boolean isFull(String who) {
        synchronized (failures) {
            Deque<Instant> times = failures.getOrDefault(who, new ArrayDeque<>());
            Instant since = clock.instant().minus(WINDOW);
            times.removeIf(time -> time.isBefore(since));
            return times.size() >= FAILURES;
        }
    }

    private void count(String who) {
        synchronized (failures) {
            failures.computeIfAbsent(who, _ -> new ArrayDeque<>()).add(clock.instant());
            if (failures.size() > REMEMBERED) {
                failures.remove(failures.keySet().iterator().next());
            }
        }
    }
}
