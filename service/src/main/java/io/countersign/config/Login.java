// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

/** How a connection of ours logs in to a NATS server. */
public sealed interface Login {
    /** Operator mode: user JWT and seed in one {@code .creds} file. */
    record Credentials(SecretSource file) implements Login {}

    /** Static mode. */
    record UserPassword(String user, SecretSource password) implements Login {}

    /** Static mode: the seed of a user nkey. */
    record NkeySeed(SecretSource seed) implements Login {}
}
