// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.List;

/**
 * A policy as it was written ({@code policy.yaml}, version 1), read but not judged.
 *
 * <p>Every record of this family carries its path in the file ({@code rules[2].grant}); what is
 * wrong with one of its own values is reported below that path, with the key's name in the file
 * ({@code rules[2].grant.publish.allow[0]}). An empty list means that the key is not there.
 *
 * @param roles {@code roles}, in the order of the file
 * @param denyAlways {@code deny-always}
 * @param rules {@code rules}, in the order of the file: the first that matches decides
 */
public record PolicySource(
        List<RoleSource> roles, DenyAlwaysSource denyAlways, List<RuleSource> rules) {
    public PolicySource {
        roles = List.copyOf(roles);
        rules = List.copyOf(rules);
    }
}
