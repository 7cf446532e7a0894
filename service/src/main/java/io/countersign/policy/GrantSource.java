// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a rule gives.
 *
 * @param path of the mapping ({@code rules[0].grant})
 * @param account {@code account}: a name that the configuration knows
 * @param roles {@code roles}: their permissions are added
 * @param responses {@code allow-responses}
 * @param expires {@code expires}: the longest that a session lasts; {@link GrantDefaults#EXPIRES}
 *     when left out
 * @param jitterPercent {@code jitter}: up to this share of {@code expires} is taken off, so that
 *     sessions do not end together; {@link GrantDefaults#JITTER_PERCENT} when left out
 * @param tags {@code tags}: tags of the user JWT, with templates
 * @param shorthands {@code inbox}, {@code consumers}, {@code buckets}, {@code services}
 * @param ignored keys that say what no server would enforce: {@code subs}, {@code payload}
 */
public record GrantSource(
        String path,
        String account,
        List<String> roles,
        SideSource publish,
        SideSource subscribe,
        Optional<ResponseSource> responses,
        Optional<Duration> expires,
        Optional<Integer> jitterPercent,
        List<String> tags,
        List<Shorthand> shorthands,
        List<String> ignored) {
    public GrantSource {
        roles = List.copyOf(roles);
        tags = List.copyOf(tags);
        shorthands = List.copyOf(shorthands);
        ignored = List.copyOf(ignored);
    }

    /** One that writes all its subjects itself. */
    public GrantSource(
            String path,
            String account,
            List<String> roles,
            SideSource publish,
            SideSource subscribe,
            Optional<ResponseSource> responses,
            Optional<Duration> expires,
            Optional<Integer> jitterPercent,
            List<String> tags) {
        this(
                path,
                account,
                roles,
                publish,
                subscribe,
                responses,
                expires,
                jitterPercent,
                tags,
                List.of(),
                List.of());
    }
}
