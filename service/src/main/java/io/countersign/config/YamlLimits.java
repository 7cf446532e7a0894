// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

/**
 * How much YAML is read before it counts as a mistake or an attack.
 *
 * @param bytes size of the file
 * @param depth mappings and lists inside one another
 * @param nodes values in all, each use of an alias counted with everything it brings in
 */
record YamlLimits(int bytes, int depth, int nodes) {
    /** More than a person writes. */
    static final YamlLimits DEFAULT = new YamlLimits(16 << 20, 24, 1_000_000);

    /** Room for some hundred thousand users, which a program writes. */
    static final YamlLimits USERS = new YamlLimits(128 << 20, 24, 8_000_000);

    YamlLimits {
        if (bytes < 1 || depth < 1 || nodes < 1) {
            throw new IllegalArgumentException(
                    "limits: " + bytes + ", " + depth + ", " + nodes + " (expected: > 0)");
        }
    }
}
