// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.identity.Cidr;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One rule of {@code throttles}.
 *
 * @param key what is counted together
 * @param networks empty for all
 * @param v4 bits of an IPv4 address that count
 * @param v6 bits of an IPv6 address that count
 */
public record ThrottleConfig(
        String name,
        Set<Part> key,
        Optional<Rate> rate,
        Optional<Failures> failures,
        List<Cidr> networks,
        List<Cidr> except,
        int v4,
        int v6,
        Spare spare,
        boolean observe) {
    public ThrottleConfig {
        key = Set.copyOf(key);
        networks = List.copyOf(networks);
        except = List.copyOf(except);
    }

    /** What a key is made of. */
    public enum Part {
        ADDRESS,
        USER,
        CLIENT,
        SERVER,
        PRINCIPAL,
        ACCOUNT
    }

    /** Who may try although a key is locked. */
    public enum Spare {
        NOBODY,
        KNOWN,
        CLEAN
    }

    /** So many in each time, so many at once. */
    public record Rate(int count, Duration per, int burst) {}

    /**
     * When failures lock a key, and for how long.
     *
     * @param most 0: they are not counted
     * @param distinctUsers 0: they are not counted
     * @param first length of the first lockout
     * @param factor by which each further one is longer
     */
    public record Failures(
            int most,
            int distinctUsers,
            Duration forgetAfter,
            Duration first,
            int factor,
            Duration longest,
            boolean resetOnSuccess) {}
}
