// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an operator JWT says (reference 6.2): the root of trust that servers are configured with.
 *
 * @param signingKeys operator keys that may sign accounts
 * @param accountServerUrl where tools push account JWTs, {@code nats://…}; empty: none
 * @param serviceUrls where clients connect
 * @param strictSigningKeys accounts signed with the identity key are refused
 */
public record OperatorClaims(
        NKey subject,
        String name,
        Instant issuedAt,
        Optional<Instant> expires,
        List<NKey> signingKeys,
        String accountServerUrl,
        List<String> serviceUrls,
        Optional<NKey> systemAccount,
        boolean strictSigningKeys,
        List<String> tags) {
    public OperatorClaims {
        signingKeys = List.copyOf(signingKeys);
        serviceUrls = List.copyOf(serviceUrls);
        tags = List.copyOf(tags);
    }
}
