// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.jwt;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import io.countersign.protocol.Deadline;
import java.time.Instant;
import java.util.List;

/** The public keys of an issuer. Thread-safe. */
interface IssuerKeys extends AutoCloseable {
    /**
     * Keys that can have signed a token with this header.
     *
     * @param issued when the token says that it was made: a key that is newer than ours cannot have
     *     signed an older token
     */
    Lookup find(JWSHeader header, Instant issued, Deadline deadline);

    /** Begins to fetch what is needed first; returns at once. */
    void warmUp();

    @Override
    void close();

    /** What is known. */
    sealed interface Lookup {
        /** Never empty. */
        record Found(List<JWK> keys) implements Lookup {}

        /** The issuer has no such key. */
        record NoSuchKey() implements Lookup {}

        record Unreachable(String detail) implements Lookup {}
    }
}
