// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

/**
 * An instance that told of itself ({@code $SRV.INFO}, {@code $SRV.STATS}).
 *
 * @param id of this run of it
 * @param revision of keys, users and policy that it has in force; empty from builds that do not
 *     tell
 * @param members instances that it sees in its cluster, itself among them; 0 from builds that do
 *     not tell
 */
record InstanceSeen(
        String id,
        String name,
        String cluster,
        String version,
        String revision,
        String queueGroup,
        int members) {}
