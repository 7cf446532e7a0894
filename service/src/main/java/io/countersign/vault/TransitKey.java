// SPDX-License-Identifier: Apache-2.0
package io.countersign.vault;

/**
 * A version of a key of the Transit engine. A version never changes: a rotation in Vault makes a
 * new one, which is another key to NATS.
 */
public record TransitKey(String mount, String name, int version) {
    public TransitKey {
        if (version < 1) {
            throw new IllegalArgumentException("version: " + version + " (expected: >= 1)");
        }
    }

    @Override
    public String toString() {
        return mount + "/" + name + "#" + version;
    }
}
