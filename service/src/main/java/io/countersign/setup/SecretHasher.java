// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

/** Hashes a password that an import found, in a form that {@code users.yaml} takes. */
@FunctionalInterface
public interface SecretHasher {
    /** Takes tens of milliseconds of CPU. */
    String hash(String password);
}
