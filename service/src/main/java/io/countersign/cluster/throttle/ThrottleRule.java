// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

import io.countersign.identity.Cidr;
import io.countersign.identity.HostAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rule: what is counted together, and how much of it is too much. Immutable.
 *
 * @param name unique; part of every key, so a renamed rule starts anew
 * @param key what is counted together; a login that lacks a part is not counted
 * @param networks empty for all; else only logins from these are counted
 * @param except logins from these are not counted: proxies, and what checks our health
 * @param prefixes how much of an address counts
 * @param spare who may try although the key is locked
 * @param observe true if the rule refuses nobody and only marks entries
 */
public record ThrottleRule(
        String name,
        Set<Part> key,
        Optional<RateLimit> rate,
        Optional<FailureLimit> failures,
        List<Cidr> networks,
        List<Cidr> except,
        Prefixes prefixes,
        Spare spare,
        boolean observe) {
    /** What a key is made of. */
    public enum Part {
        ADDRESS(0, Stage.BEFORE),
        USER(1, Stage.BEFORE),
        CLIENT(2, Stage.BEFORE),
        SERVER(3, Stage.BEFORE),
        PRINCIPAL(4, Stage.PROVEN),
        ACCOUNT(5, Stage.PLACED);

        private final byte code;
        private final Stage stage;

        Part(int code, Stage stage) {
            this.code = (byte) code;
            this.stage = stage;
        }

        /** In the keys that instances hash; never changes. */
        byte code() {
            return code;
        }
    }

    /** When a key is complete: before an authenticator is asked, after it, after the policy. */
    enum Stage {
        BEFORE,
        PROVEN,
        PLACED
    }

    /** Who may try although a key is locked. */
    public enum Spare {
        NOBODY,
        /** From addresses from which this name got in before. */
        KNOWN,
        /** From addresses from which this name has not failed lately: one guess for each. */
        CLEAN
    }

    /**
     * So many, of which {@code burst} at once.
     *
     * @param emission nanoseconds until one more is due
     */
    public record RateLimit(long emission, int burst) {
        public RateLimit {
            if (emission < 1 || burst < 1) {
                throw new IllegalArgumentException(
                        "rate: %d ns, burst %d (expected: >= 1)".formatted(emission, burst));
            }
        }

        /** So many in each time. */
        public static RateLimit of(int count, Duration per, int burst) {
            return new RateLimit(per.toNanos() / count, burst);
        }
    }

    /**
     * So many failures, and how long then.
     *
     * @param most failures until a lockout; 0: they are not counted
     * @param distinctUsers different names that failed until a lockout; 0: they are not counted
     * @param forgetAfter without a failure
     * @param resetOnSuccess whether a login that succeeds forgets the failures
     */
    public record FailureLimit(
            int most,
            int distinctUsers,
            Duration forgetAfter,
            Lockouts lockouts,
            boolean resetOnSuccess) {
        /** More would make a state too large. */
        public static final int MOST_USERS = 200;

        public FailureLimit {
            if (most < 0 || distinctUsers < 0 || distinctUsers > MOST_USERS) {
                throw new IllegalArgumentException(
                        "failures: %d, %d (expected: >= 0)".formatted(most, distinctUsers));
            }
        }
    }

    /** The first lasts so long, each further one longer, none longer than the longest. */
    public record Lockouts(Duration first, int factor, Duration longest) {
        /** Of the n-th in a row, from 1. */
        Duration length(int level) {
            long millis = first.toMillis();
            for (int i = 1; i < level && millis < longest.toMillis(); i++) {
                millis *= factor;
            }
            return Duration.ofMillis(Math.min(millis, longest.toMillis()));
        }
    }

    /** Bits of an address that count. */
    public record Prefixes(int v4, int v6) {
        /** A customer of an IPv6 network has a /64 of addresses. */
        public static final Prefixes DEFAULT = new Prefixes(32, 64);
    }

    public ThrottleRule {
        key = Set.copyOf(key);
        networks = List.copyOf(networks);
        except = List.copyOf(except);
        if (failures.isPresent() && stage(key) != Stage.BEFORE) {
            throw new IllegalArgumentException(
                    name + ": nobody who failed has a principal or an account");
        }
    }

    private static Stage stage(Set<Part> key) {
        return key.stream().map(part -> part.stage).max(Enum::compareTo).orElse(Stage.BEFORE);
    }

    /** When its keys are complete; worked out anew each time. */
    Stage stage() {
        return stage(key);
    }

    boolean has(Part part) {
        return key.contains(part);
    }

    /** Whether it counts logins from there; null is from where there are no addresses. */
    boolean counts(@Nullable HostAddress address) {
        if (address == null || (networks.isEmpty() && except.isEmpty())) {
            return networks.isEmpty();
        }
        return (networks.isEmpty() || in(networks, address)) && !in(except, address);
    }

    private static boolean in(List<Cidr> networks, HostAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    /**
     * What holds where nothing is configured: guesses at one name from one address; at one name
     * from everywhere, which does not keep out who got in from where it is before; and, only to be
     * seen, many names from one address, because that may be a proxy with everybody behind it.
     */
    public static List<ThrottleRule> defaults() {
        Duration hour = Duration.ofHours(1);
        Duration minute = Duration.ofMinutes(1);
        Lockouts toAnHour = new Lockouts(minute, 2, hour);
        Lockouts toAQuarter = new Lockouts(minute, 2, Duration.ofMinutes(15));
        return List.of(
                failing(
                        "user-and-address",
                        EnumSet.of(Part.USER, Part.ADDRESS),
                        new FailureLimit(10, 0, hour, toAnHour, true),
                        Spare.NOBODY,
                        false),
                failing(
                        "user",
                        EnumSet.of(Part.USER),
                        new FailureLimit(100, 0, hour, toAQuarter, false),
                        Spare.KNOWN,
                        false),
                failing(
                        "address",
                        EnumSet.of(Part.ADDRESS),
                        new FailureLimit(0, 20, hour, toAnHour, false),
                        Spare.NOBODY,
                        true));
    }

    private static ThrottleRule failing(
            String name, Set<Part> key, FailureLimit failures, Spare spare, boolean observe) {
        return new ThrottleRule(
                name,
                key,
                Optional.empty(),
                Optional.of(failures),
                List.of(),
                List.of(),
                Prefixes.DEFAULT,
                spare,
                observe);
    }
}
