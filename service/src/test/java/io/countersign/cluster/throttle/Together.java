// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

import io.countersign.crypto.SipHash;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * Several instances in one thread, by a clock that a test sets: what one says reaches the others at
 * once, unless the test makes them hang. The real thing is {@code ThrottlesGridIT}'s.
 */
final class Together {
    final Time time = new Time();
    final List<Throttles> instances = new ArrayList<>();
    final Map<Long, byte[]> states = new HashMap<>();
    boolean isHung;
    int visits;

    Together(int count, ThrottleRule... rules) {
        for (int i = 0; i < count; i++) {
            Throttles it = instance(LockoutBook.inMemory(time), rules);
            instances.add(it);
            it.share(new Sharing(it));
        }
    }

    Throttles instance(LockoutBook book, ThrottleRule... rules) {
        return new Throttles(List.of(rules), book, null, SipHash.of(new byte[SipHash.KEY]), time);
    }

    /** A clock that goes when told. */
    static final class Time extends Clock {
        private Instant now = Instant.parse("2026-03-01T12:00:00Z");

        void passes(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private final class Sharing implements SharedThrottles {
        private final Throttles own;

        Sharing(Throttles own) {
            this.own = own;
        }

        @Override
        public CompletableFuture<byte[]> visit(long key, byte[] visit, boolean isCounted) {
            visits++;
            if (isHung) {
                return CompletableFuture.failedFuture(new TimeoutException());
            }
            Visit.Made made = Visit.of(visit).orElseThrow().made(states.get(key), time.millis());
            if (made.state() == null) {
                states.remove(key);
            } else {
                states.put(key, made.state());
            }
            return CompletableFuture.completedFuture(made.answer());
        }

        @Override
        public void hint(Hint hint, long key) {
            others().forEach(other -> other.hinted(hint, key));
        }

        @Override
        public void announce(Collection<byte[]> lockouts) {
            others().forEach(other -> other.merge(List.copyOf(lockouts)));
        }

        private List<Throttles> others() {
            return isHung ? List.of() : instances.stream().filter(it -> it != own).toList();
        }

        @Override
        public int instances() {
            return instances.size();
        }
    }

    static Attempt attempt(String user, String address) {
        return new Attempt(address, user, true, "", "n1", true);
    }

    /** A guess that is wrong; says how it was answered. */
    String guess(int instance, String user, String address) {
        return answer(instances.get(instance), user, address, false);
    }

    /** A login with the right password. */
    String login(int instance, String user, String address) {
        return answer(instances.get(instance), user, address, true);
    }

    static String answer(Throttles at, String user, String address, boolean isRight) {
        Pass pass = at.pass(attempt(user, address));
        Optional<Throttled> refused = pass.before();
        if (refused.isEmpty()) {
            refused = isRight ? pass.proved("users:" + user) : pass.failed();
        }
        String word =
                refused.map(it ->
                                it.kind().name().toLowerCase(java.util.Locale.ROOT)
                                        + " "
                                        + it.rule())
                        .orElse(isRight ? "in" : "wrong");
        String seen = pass.observed().isEmpty() ? "" : " observed " + pass.observed();
        return word + seen + (pass.isLocal() ? " alone" : "");
    }
}
