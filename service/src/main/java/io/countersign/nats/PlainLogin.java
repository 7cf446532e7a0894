// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.countersign.crypto.Signer;
import io.countersign.identity.Secret;
import java.util.Optional;

/**
 * What a client presents in its CONNECT. Any combination: in operator mode an application's user
 * and password ride beside a sentinel's JWT.
 *
 * @param jwt a user JWT, ASCII
 * @param signer signs the server's nonce; without a JWT its public key is presented as an nkey
 */
public record PlainLogin(
        Optional<byte[]> jwt,
        Optional<Signer> signer,
        Optional<String> user,
        Optional<Secret> password,
        Optional<Secret> token) {
    /** Nothing of it may be logged. */
    @Override
    public String toString() {
        return "PlainLogin[redacted]";
    }
}
