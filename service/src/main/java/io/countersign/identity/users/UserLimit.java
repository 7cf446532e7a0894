// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import io.countersign.identity.Cidr;
import io.countersign.identity.Rejection;
import io.countersign.protocol.ConnectionType;
import java.time.Instant;
import java.util.Optional;

/**
 * What a users file can limit for a user, in the order in which a login is held against it: after
 * the proof, so that it tells strangers nothing.
 */
public enum UserLimit {
    ENABLED(Rejection.BAD_CREDENTIAL),
    EXPIRY(Rejection.EXPIRED_CREDENTIAL),
    NETWORKS(Rejection.ADDRESS_NOT_ALLOWED),
    CONNECTIONS(Rejection.CONNECTION_TYPE_NOT_ALLOWED);

    private final Rejection rejection;

    UserLimit(Rejection rejection) {
        this.rejection = rejection;
    }

    /** Why a login that it refuses is rejected. */
    public Rejection rejection() {
        return rejection;
    }

    /**
     * Whether it keeps a login out.
     *
     * @param token the token that was used, if one was
     * @param host the client's address as text; what is none is in no network
     * @param connection empty for kinds that we do not know, which no limit allows
     */
    public boolean refuses(
            User user,
            Optional<UserToken> token,
            Instant now,
            String host,
            Optional<ConnectionType> connection) {
        return switch (this) {
            case ENABLED -> user.disabled();
            case EXPIRY -> user.notAfter(token).filter(end -> !end.isAfter(now)).isPresent();
            case NETWORKS -> !user.networks().isEmpty() && !Cidr.anyContains(user.networks(), host);
            case CONNECTIONS ->
                    !user.connectionTypes().isEmpty()
                            && connection.filter(user.connectionTypes()::contains).isEmpty();
        };
    }
}
