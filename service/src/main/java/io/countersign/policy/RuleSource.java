// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.Optional;

/**
 * A rule.
 *
 * @param path of the rule ({@code rules[0]})
 * @param id {@code id}: what entries, explanations and problems call it
 * @param when {@code when}
 * @param broad {@code broad: true}: its author knows that it asks nothing about who the client is
 * @param deny {@code deny: true}: who matches is refused
 * @param grant {@code grant}: what who matches gets; exactly one of it and {@code deny}
 */
public record RuleSource(
        String path,
        String id,
        WhenSource when,
        boolean broad,
        boolean deny,
        Optional<GrantSource> grant) {}
