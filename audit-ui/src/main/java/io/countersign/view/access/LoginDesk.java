// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.countersign.identity.HostAddress;
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
public final class LoginDesk {
    public static final int FAILURES = 5;
    public static final Duration WINDOW = Duration.ofMinutes(1);

    private static final int REMEMBERED = 10_000;

    private final Users users;
    private final Clock clock;
    private final PasswordHash decoy;
    private final Semaphore hashing = new Semaphore(2);

    @GuardedBy("failures")
    private final Map<String, Deque<Instant>> failures = new LinkedHashMap<>();

    public LoginDesk(Users users, Clock clock, SecureRandom random) {
        this.users = users;
        this.clock = clock;
        this.decoy = PasswordHash.make(new byte[] {1}, random).decoy(random);
    }

    /** What came of it. */
    public sealed interface Result {
        /** The password is that person's. */
        record Welcome(Viewer viewer) implements Result {}

        /** It is not, or there is no such person. */
        record Refused() implements Result {}

        /** Too many failures: nothing was checked. */
        record TooMany() implements Result {}
    }

    /** Checks a password. */
    public Result check(String name, String password, String address) throws InterruptedException {
        String byName = "name " + name.substring(0, Math.min(64, name.length()));
        String byAddress = "address " + network(address);
        // Counted before the hash is made: guesses that come at once must not all pass the count.
        Instant now = clock.instant();
        if (!take(now, byName, byAddress)) {
            return new Result.TooMany();
        }
        Optional<LocalUser> user = users.find(name);
        hashing.acquire();
        boolean right;
        try {
            right =
                    user.map(LocalUser::password)
                            .orElse(decoy)
                            .matches(password.getBytes(StandardCharsets.UTF_8));
        } finally {
            hashing.release();
        }
        if (user.isPresent() && right) {
            giveBack(now, byName, byAddress);
            return new Result.Welcome(user.get().viewer());
        }
        return new Result.Refused();
    }

    /** IPv6 hands out 2^64 addresses a site: the whole network counts as one. */
    private static String network(String address) {
        return HostAddress.parse(address)
                .filter(host -> !host.v4())
                .map(host -> Long.toHexString(host.high()))
                .orElse(address);
    }

    private boolean take(Instant now, String... whos) {
        synchronized (failures) {
            for (String who : whos) {
                Deque<Instant> times = failures.getOrDefault(who, new ArrayDeque<>());
                times.removeIf(time -> time.isBefore(now.minus(WINDOW)));
                if (times.size() >= FAILURES) {
                    return false;
                }
            }
            for (String who : whos) {
                failures.computeIfAbsent(who, _ -> new ArrayDeque<>()).add(now);
            }
            while (failures.size() > REMEMBERED) {
                failures.remove(failures.keySet().iterator().next());
            }
            return true;
        }
    }

    private void giveBack(Instant then, String... whos) {
        synchronized (failures) {
            for (String who : whos) {
                Deque<Instant> times = failures.getOrDefault(who, new ArrayDeque<>());
                times.removeFirstOccurrence(then);
                if (times.isEmpty()) {
                    failures.remove(who);
                }
            }
        }
    }
}
