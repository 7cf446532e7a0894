// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.cluster.Grid;
import io.countersign.cluster.Peers;
import io.countersign.cluster.throttle.LockoutBook;
import io.countersign.cluster.throttle.LockoutStore;
import io.countersign.cluster.throttle.ThrottleRule;
import io.countersign.cluster.throttle.Throttles;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.ThrottleConfig;
import io.countersign.crypto.SipHash;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The throttles of one instance, its lockouts beside its trail, shared with the others if there are
 * any.
 */
record InstanceThrottles(Throttles throttles, LockoutBook book) implements AutoCloseable {
    /** Brings the lockouts on the disk into force; the folder is there. */
    static InstanceThrottles open(
            ServiceConfig config, Secrets secrets, Peers peers, SecureRandom random, Clock clock)
            throws IOException {
        Optional<SipHash> key = ClusterSecret.throttles(config, secrets);
        @Nullable LockoutStore store = null;
        if (key.isPresent()) {
            Path folder = config.audit().directory().resolve(config.instance());
            store = LockoutStore.open(folder.resolve("lockouts.db"));
        }
        LockoutBook book =
                store == null ? LockoutBook.inMemory(clock) : LockoutBook.open(store, clock);
        Throttles throttles =
                new Throttles(rules(config), book, store, key.orElseGet(() -> own(random)), clock);
        if (peers instanceof Grid grid) {
            grid.share(throttles);
        }
        return new InstanceThrottles(throttles, book);
    }

    /** Without a secret names are hashed differently after each start, so nothing is kept. */
    private static SipHash own(SecureRandom random) {
        byte[] key = new byte[SipHash.KEY];
        random.nextBytes(key);
        return SipHash.of(key);
    }

    private static List<ThrottleRule> rules(ServiceConfig config) {
        return config.throttles()
                .map(rules -> rules.stream().map(InstanceThrottles::rule).toList())
                .orElseGet(ThrottleRule::defaults);
    }

    static ThrottleRule rule(ThrottleConfig it) {
        return new ThrottleRule(
                it.name(),
                it.key().stream()
                        .map(part -> ThrottleRule.Part.valueOf(part.name()))
                        .collect(Collectors.toSet()),
                it.rate().map(r -> ThrottleRule.RateLimit.of(r.count(), r.per(), r.burst())),
                it.failures().map(InstanceThrottles::failures),
                it.networks(),
                it.except(),
                new ThrottleRule.Prefixes(it.v4(), it.v6()),
                ThrottleRule.Spare.valueOf(it.spare().name()),
                it.observe());
    }

    private static ThrottleRule.FailureLimit failures(ThrottleConfig.Failures it) {
        return new ThrottleRule.FailureLimit(
                it.most(),
                it.distinctUsers(),
                it.forgetAfter(),
                new ThrottleRule.Lockouts(it.first(), it.factor(), it.longest()),
                it.resetOnSuccess());
    }

    @Override
    public void close() {
        book.close();
    }
}
