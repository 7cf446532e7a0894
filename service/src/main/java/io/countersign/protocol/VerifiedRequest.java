// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;
import java.time.Instant;
import java.util.Optional;

/**
 * A request that a NATS server signed, checked in every point of reference 1.5. Only {@link
 * RequestVerifier} makes one, so whoever holds it may act on it. Immutable.
 */
public final class VerifiedRequest {
    private final ServerId server;
    private final NKey userKey;
    private final String subject;
    private final ClientInfo client;
    private final ConnectOptions connect;
    private final Optional<ClientTls> tls;
    private final Instant issuedAt;
    private final Instant expires;

    VerifiedRequest(
            ServerId server,
            NKey userKey,
            String subject,
            ClientInfo client,
            ConnectOptions connect,
            Optional<ClientTls> tls,
            Instant issuedAt,
            Instant expires) {
        this.server = server;
        this.userKey = userKey;
        this.subject = subject;
        this.client = client;
        this.connect = connect;
        this.tls = tls;
        this.issuedAt = issuedAt;
        this.expires = expires;
    }

    public ServerId server() {
        return server;
    }

    /**
     * The fresh key that the server made for this question: subject of answer and user JWT, and the
     * only sound id of a request.
     */
    public NKey userKey() {
        return userKey;
    }

    /**
     * The issuer (static) or callout account (operator) that this very server expects: {@code sub}
     * of the request.
     */
    public String subject() {
        return subject;
    }

    public ClientInfo client() {
        return client;
    }

    public ConnectOptions connect() {
        return connect;
    }

    /** Empty when the client did not use TLS. */
    public Optional<ClientTls> tls() {
        return tls;
    }

    /** Server clock, whole seconds. */
    public Instant issuedAt() {
        return issuedAt;
    }

    /** Server clock, whole seconds; an answer after it is useless. */
    public Instant expires() {
        return expires;
    }

    @Override
    public String toString() {
        return "VerifiedRequest[" + userKey.text() + "]";
    }
}
