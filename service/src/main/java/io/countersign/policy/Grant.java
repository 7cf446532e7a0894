// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.protocol.Permissions;
import java.time.Instant;
import java.util.List;

/**
 * What the policy gives a principal.
 *
 * @param account name of the account as the configuration knows it
 * @param expires end of the session: rule, jitter and credential applied
 * @param tags lower case, for scoped signing keys
 */
public record Grant(String account, Permissions permissions, Instant expires, List<String> tags) {
    public Grant {
        tags = List.copyOf(tags);
    }
}
