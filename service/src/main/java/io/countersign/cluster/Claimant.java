// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import io.countersign.identity.Identity;
import io.countersign.identity.Origin;

/**
 * Somebody who proved an identity and wants in.
 *
 * @param address as the server sees it
 * @param client MQTT client id, or empty
 */
public record Claimant(Identity identity, String address, String client) {
    Origin origin() {
        return identity.origin();
    }
}
