// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.config.ThrottleConfig.Failures;
import io.countersign.config.ThrottleConfig.Part;
import io.countersign.config.ThrottleConfig.Rate;
import io.countersign.config.ThrottleConfig.Spare;
import io.countersign.identity.Cidr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code throttles}. */
final class ThrottleConfigReader {
    private static final Set<Part> BEFORE =
            EnumSet.of(Part.ADDRESS, Part.USER, Part.CLIENT, Part.SERVER);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration MONTH = Duration.ofDays(30);

    private ThrottleConfigReader() {}

    /** Empty if nothing is written: then there are defaults. */
    static Optional<List<ThrottleConfig>> read(ConfigReader list) {
        if (!list.isPresent()) {
            return Optional.empty();
        }
        List<ThrottleConfig> rules = new ArrayList<>();
        Map<String, ConfigReader> names = new HashMap<>();
        for (ConfigReader at : list.items()) {
            ConfigReader name = at.key("name");
            name.text()
                    .map(text -> names.putIfAbsent(text, name))
                    .ifPresent(other ->
                            name.refuseValue("is " + other.place() + " as well (expected: once)"));
            rule(at).ifPresent(rules::add);
        }
        return Optional.of(List.copyOf(rules));
    }

    private static Optional<ThrottleConfig> rule(ConfigReader at) {
        Set<Part> key = EnumSet.noneOf(Part.class);
        at.key("key").items().forEach(each -> key.add(each.word(Part.class, Part.ADDRESS)));
        Optional<Rate> rate = rate(at);
        boolean isCounting = at.key("failures").isPresent() || at.key("distinct-users").isPresent();
        Optional<Failures> failures =
                isCounting ? Optional.of(failures(at, key)) : Optional.empty();
        if (at.isSound() && rate.isEmpty() && !isCounting) {
            at.refuse("limits nothing (expected: rate, failures or distinct-users)");
        }
        if (isCounting && at.key("key").isSound() && !BEFORE.containsAll(key)) {
            at.key("key")
                    .refuse(
                            "who failed has no principal and no account"
                                    + " (expected: address, user, client or server with failures)");
        }
        Spare spare = at.key("spare").word(Spare.class, Spare.NOBODY);
        if (at.isSound() && spare != Spare.NOBODY && (!isCounting || !key.contains(Part.USER))) {
            at.key("spare").refuse("is for rules that count failures of a user (expected: both)");
        }
        List<Cidr> networks = networks(at.key("networks"));
        List<Cidr> except = networks(at.key("except"));
        int v4 = at.key("ipv4-prefix").integer(32);
        int v6 = at.key("ipv6-prefix").integer(64);
        boolean observe = at.key("observe").flag(false);
        return at.build(() ->
                new ThrottleConfig(
                        at.key("name").text().orElseThrow(),
                        key,
                        rate,
                        failures,
                        networks,
                        except,
                        v4,
                        v6,
                        spare,
                        observe));
    }

    private static Optional<Rate> rate(ConfigReader at) {
        ConfigReader burst = at.key("burst");
        int size = burst.integer(0);
        if (burst.isSound() && !at.key("rate").isPresent()) {
            burst.refuse("without a rate (expected: both)");
        }
        return at.key("rate")
                .value(text -> {
                    int slash = text.indexOf('/');
                    int count = Integer.parseInt(text.substring(0, slash));
                    Duration per =
                            switch (text.substring(slash + 1)) {
                                case "s" -> SECOND;
                                case "m" -> MINUTE;
                                default -> HOUR;
                            };
                    return new Rate(count, per, size == 0 ? Math.max(1, count) : size);
                });
    }

    private static Failures failures(ConfigReader at, Set<Part> key) {
        ConfigReader lockout = at.key("lockout");
        Duration first = lockout.key("first").duration(MINUTE, SECOND, DAY);
        Duration usual = first.compareTo(HOUR) > 0 ? first : HOUR;
        Duration longest = lockout.key("max").duration(usual, SECOND, MONTH);
        if (lockout.key("max").isSound() && longest.compareTo(first) < 0) {
            lockout.key("max").refuseValue("is less than the first (expected: more)");
        }
        boolean isOnesOwn = key.containsAll(EnumSet.of(Part.USER, Part.ADDRESS));
        return new Failures(
                at.key("failures").integer(0),
                at.key("distinct-users").integer(0),
                at.key("forget-after").duration(HOUR, SECOND, MONTH),
                first,
                lockout.key("factor").integer(2),
                longest,
                at.key("reset-on-success").flag(isOnesOwn));
    }

    private static List<Cidr> networks(ConfigReader list) {
        return list.items().stream().flatMap(each -> each.value(Cidr::parse).stream()).toList();
    }
}
