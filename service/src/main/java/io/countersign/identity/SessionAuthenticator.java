// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.Credential.Password;
import io.countersign.identity.Credential.SessionName;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.time.Instant;
import java.util.Optional;

/**
 * Recognises live connections that a server asks about again after a reload (reference 7.6). It
 * then sends the name that our user JWT carried, and token and nkey are gone, so there is nothing
 * to prove. A name is believed only if we let in this very connection (server id and cid), as that
 * principal, from that address. The session keeps its end: asking again must not prolong what a
 * revoked token once opened.
 *
 * <p>A password, if there was one, is still in the request. Whoever knows that user decides then;
 * this one stands last in the chain and helps only where the password was never the credential. It
 * answers {@link NotMine} there if it knows nothing, because an unknown user with a password is not
 * its business.
 *
 * <p>A client can send a second CONNECT on its connection and so reach this door; it gets what it
 * has already. Thread-safe.
 */
public final class SessionAuthenticator implements Authenticator {
    private final String source;
    private final SessionLookup sessions;

    public SessionAuthenticator(String source, SessionLookup sessions) {
        this.source = source;
        this.sessions = sessions;
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public Authentication authenticate(VerifiedRequest request, Instant now, Deadline deadline) {
        Credentials credentials = Credentials.of(request);
        // Token and nkey stand before it, so the first one tells that neither is there.
        return switch (credentials.presented().getFirst()) {
            case SessionName(String name) -> ask(name, true, request, now, deadline);
            case Password(String user, _, boolean sentAsToken)
                    when !user.isEmpty() && !sentAsToken ->
                    ask(user, false, request, now, deadline);
            default -> new NotMine();
        };
    }

    private Authentication ask(
            String name, boolean isAlone, VerifiedRequest request, Instant now, Deadline deadline) {
        return switch (sessions.find(request.server().id(), request.client().id(), deadline)) {
            case SessionLookup.Unreachable(String detail) -> new Unavailable(source, detail);
            case SessionLookup.Granted granted when isSame(granted, name, request) ->
                    granted.expires().isAfter(now)
                            ? new Authenticated(resumed(granted))
                            : refuse(isAlone, Rejection.EXPIRED_CREDENTIAL, "session has ended");
            case SessionLookup.Granted _ ->
                    refuse(isAlone, Rejection.BAD_CREDENTIAL, "session of another client");
            case SessionLookup.Unknown _ ->
                    refuse(isAlone, Rejection.BAD_CREDENTIAL, "a name alone, and no session");
        };
    }

    private static Authentication refuse(boolean isAlone, Rejection why, String detail) {
        return isAlone
                ? new Rejected(why, new CredentialRef(CredentialKind.SESSION, ""), detail)
                : new NotMine();
    }

    private static boolean isSame(
            SessionLookup.Granted granted, String name, VerifiedRequest request) {
        Optional<HostAddress> then = HostAddress.parse(granted.host());
        return granted.identity().principal().name().equals(name)
                && then.isPresent()
                && then.equals(HostAddress.parse(request.client().host()));
    }

    /**
     * As first proven, with the first credential's fingerprint, so that revoking that one counts.
     */
    private static Identity resumed(SessionLookup.Granted granted) {
        Identity first = granted.identity();
        Instant end =
                first.notAfter()
                        .filter(notAfter -> notAfter.isBefore(granted.expires()))
                        .orElse(granted.expires());
        return new Identity(
                first.principal(),
                new CredentialRef(CredentialKind.SESSION, first.credential().fingerprint()),
                first.groups(),
                first.attributes(),
                Optional.of(end),
                first.origin());
    }
}
