// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a user JWT says, independent of mode and signer (reference 2.2).
 *
 * @param subject user key
 * @param name becomes the connection's user name; may be empty
 * @param permissions empty for a scoped signing key, whose template rules
 * @param expires whole seconds are written, rounded down
 * @param tags lower case; input of scoped templates
 * @param bearer only for sentinels
 */
public record UserClaims(
        NKey subject,
        String name,
        Optional<Permissions> permissions,
        Instant issuedAt,
        Optional<Instant> expires,
        List<String> tags,
        boolean bearer) {
    public UserClaims {
        tags = List.copyOf(tags);
    }
}
