// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

/** Hashes a password for {@code users.yaml}, in a form that the service reads. */
@FunctionalInterface
public interface PasswordHasher {
    /** Takes tens of milliseconds of CPU. */
    String hash(OneTimePassword password);
}
