// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * Where a proof comes from: what revocations can name beside principal and credential. Texts are
 * empty when there is nothing.
 *
 * @param tokenId {@code jti} of a token
 * @param issuer of a token
 * @param session user nkey of the question that first let this connection in
 * @param issued when the token was made, or the session granted; empty for a proof made just now
 */
public record Origin(String tokenId, String issuer, String session, Optional<Instant> issued) {
    public static final Origin NONE = new Origin("", "", "", Optional.empty());

    /** The same, of a session that was granted then; the first session and time stay. */
    public Origin resumed(String userKey, Instant granted) {
        return new Origin(
                tokenId,
                issuer,
                session.isEmpty() ? userKey : session,
                issued.or(() -> Optional.of(granted)));
    }
}
