// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The only door from bytes to a {@link VerifiedRequest}: form, server signature, audience, binding
 * of the box, age and addressee, in the order of reference 1.5 (points 4 to 10). Called by {@code
 * callout} with the clear token after the box, if any, is open.
 *
 * <p>A good signature proves which server key asked, not that the server is one of ours: server
 * keys are self-asserted (reference 1.5). Immutable but for a bounded cache of server keys;
 * thread-safe.
 */
public final class RequestVerifier {
    private static final String AUDIENCE = "nats-authorization-request";
    private static final String TYPE = "authorization_request";
    private static final int SERVERS = 1024;

    private final Ed25519 ed25519;
    private final Set<String> expectedSubjects;
    private final Duration clockSkew;

    /**
     * Parsed server keys by text. Only keys that have signed come in, so garbage evicts nothing.
     */
    private final Cache<String, NKey> servers =
            Caffeine.newBuilder().maximumSize(SERVERS).executor(Runnable::run).build();

    /**
     * @param expectedSubjects issuers (static) or callout accounts (operator) that we answer for;
     *     empty accepts any
     * @param clockSkew how far behind ours a server's clock may be; not negative
     */
    public RequestVerifier(Ed25519 ed25519, Set<String> expectedSubjects, Duration clockSkew) {
        if (clockSkew.isNegative()) {
            throw new IllegalArgumentException("clockSkew: " + clockSkew + " (expected: >= 0)");
        }
        this.ed25519 = ed25519;
        this.expectedSubjects = Set.copyOf(expectedSubjects);
        this.clockSkew = clockSkew;
    }

    /**
     * Decodes and checks one request.
     *
     * @param jwt the clear token; must not change during the call
     * @param headerXKey the server key that the box came with; empty if the request came clear
     * @throws BadRequest if any check fails: drop the message, never answer it
     */
    public VerifiedRequest verify(byte[] jwt, Optional<NKey> headerXKey, Instant now)
            throws BadRequest {
        try {
            SplitJwt split = SplitJwt.of(jwt);
            RequestClaims claims = RequestClaims.read(split.claims());
            checkKind(claims);
            NKey issuer = checkSigner(split, claims);
            RequestClaims.Server server = checkServer(claims);
            Optional<NKey> xkey = checkBox(server, headerXKey);
            NKey userKey = KeyTypes.parse("nats.user_nkey", claims.userKey, NKeyType.USER);
            checkAge(claims, now);
            checkSubject(claims);
            return new VerifiedRequest(
                    new ServerId(
                            issuer,
                            server.name(),
                            server.host(),
                            server.version(),
                            server.cluster(),
                            server.tags(),
                            xkey),
                    userKey,
                    claims.subject,
                    present("nats.client_info", claims.client),
                    present("nats.connect_opts", claims.connect),
                    Optional.ofNullable(claims.tls),
                    Instant.ofEpochSecond(claims.issuedAt),
                    Instant.ofEpochSecond(claims.expires));
        } catch (InvalidJwt e) {
            throw forged(String.valueOf(e.getMessage()));
        }
    }

    private static void checkKind(RequestClaims claims) throws BadRequest {
        require(claims.type.equals(TYPE), "nats.type", claims.type, TYPE);
        if (claims.version != 2) {
            String found = claims.version < 0 ? "absent" : Long.toString(claims.version);
            throw forged("nats.version: " + found + " (expected: 2)");
        }
    }

    private NKey checkSigner(SplitJwt split, RequestClaims claims) throws BadRequest, InvalidJwt {
        NKey known = servers.getIfPresent(claims.issuer);
        NKey issuer = known != null ? known : KeyTypes.parse("iss", claims.issuer, NKeyType.SERVER);
        split.checkSignature(ed25519, issuer);
        if (known == null) {
            servers.put(claims.issuer, issuer);
        }
        return issuer;
    }

    private static RequestClaims.Server checkServer(RequestClaims claims) throws BadRequest {
        require(claims.audience.equals(AUDIENCE), "aud", claims.audience, AUDIENCE);
        RequestClaims.Server server = present("nats.server_id", claims.server);
        require(server.id().equals(claims.issuer), "server_id.id", server.id(), claims.issuer);
        return server;
    }

    /** The signed copy of the xkey binds the box to the signature: nobody else sealed it. */
    private static Optional<NKey> checkBox(RequestClaims.Server server, Optional<NKey> headerXKey)
            throws BadRequest, InvalidJwt {
        if (headerXKey.isEmpty()) {
            return server.xkey().isEmpty()
                    ? Optional.empty()
                    : Optional.of(KeyTypes.parse("server_id.xkey", server.xkey(), NKeyType.CURVE));
        }
        String sealedBy = headerXKey.get().text();
        require(server.xkey().equals(sealedBy), "server_id.xkey", server.xkey(), sealedBy);
        return headerXKey;
    }

    private void checkAge(RequestClaims claims, Instant now) throws BadRequest {
        if (claims.issuedAt == RequestClaims.ABSENT || claims.expires == RequestClaims.ABSENT) {
            throw forged("iat, exp: absent (expected: seconds)");
        }
        // Whole seconds, as the server compares: exp = now is still good during that second.
        long oldest = now.minus(clockSkew).getEpochSecond();
        if (oldest > claims.expires) {
            throw new BadRequest(
                    RequestFault.STALE,
                    "exp: %d (expected: >= %d)".formatted(claims.expires, oldest));
        }
    }

    private void checkSubject(RequestClaims claims) throws BadRequest {
        if (!expectedSubjects.isEmpty() && !expectedSubjects.contains(claims.subject)) {
            throw forged(
                    "sub: %s (expected: %s)"
                            .formatted(
                                    InvalidJwt.shown(claims.subject),
                                    String.join(" or ", expectedSubjects)));
        }
    }

    private static <T> T present(String what, @Nullable T value) throws BadRequest {
        if (value == null) {
            throw forged(what + ": absent (expected: an object)");
        }
        return value;
    }

    private static void require(boolean fits, String what, String found, String expected)
            throws BadRequest {
        if (!fits) {
            throw forged(
                    "%s: %s (expected: %s)".formatted(what, InvalidJwt.shown(found), expected));
        }
    }

    private static BadRequest forged(String message) {
        return new BadRequest(RequestFault.FORGED, message);
    }
}
