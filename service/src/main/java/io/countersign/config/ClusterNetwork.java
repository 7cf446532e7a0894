// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.util.List;

/**
 * How instances reach one another.
 *
 * @param listen the one address for the others
 * @param members {@code host:port} of all instances
 * @param instances how many there should be
 */
public record ClusterNetwork(
        ServiceConfig.ListenAddress listen, List<String> members, int instances) {
    public ClusterNetwork {
        members = List.copyOf(members);
    }
}
