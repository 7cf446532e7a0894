// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.jwt;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import io.countersign.protocol.Deadline;
import java.time.Instant;
import java.util.List;

/** Keys of a file. Immutable: a changed file is another generation. */
record FixedKeys(KeySet keys) implements IssuerKeys {
    @Override
    public Lookup find(JWSHeader header, Instant issued, Deadline deadline) {
        List<JWK> found = keys.matching(header);
        return found.isEmpty() ? new Lookup.NoSuchKey() : new Lookup.Found(found);
    }

    @Override
    public void warmUp() {}

    @Override
    public void close() {}
}
