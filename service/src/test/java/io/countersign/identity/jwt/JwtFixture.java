// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.jwt;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.KeyedHash;
import io.countersign.identity.ClaimMapping;
import io.countersign.identity.ClaimReader;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.TokenPlace;
import io.countersign.identity.http.HttpCalls;
import io.countersign.kit.Requests;
import io.countersign.kit.TokenIssuer;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Authenticators for issuers of the test kit, with a clock that the test moves. */
final class JwtFixture implements AutoCloseable {
    static final KeyTimes TIMES =
            new KeyTimes(Duration.ofMinutes(15), Duration.ofSeconds(10), Duration.ofHours(24));
    static final ClaimMapping CLAIMS = new ClaimMapping("sub", "groups", Map.of(), Map.of());

    final AtomicLong nanos = new AtomicLong();
    private final Clock clock =
            new Clock() {
                @Override
                public ZoneOffset getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(java.time.ZoneId zone) {
                    return this;
                }

                @Override
                public Instant instant() {
                    return Requests.NOW.plusNanos(nanos.get());
                }
            };
    private final JwtAuthenticators factory =
            new JwtAuthenticators(
                    Ed25519.best(),
                    new CredentialFingerprints(KeyedHash.of(new byte[32])),
                    clock,
                    nanos::get);
    private final List<AutoCloseable> open = new ArrayList<>();

    static JwtRules rules(String issuer, ClaimReader claims) {
        return new JwtRules(
                issuer,
                Set.of("nats"),
                Set.of("RS256", "ES256", "EdDSA"),
                List.of(TokenPlace.values()),
                claims,
                Duration.ofSeconds(30));
    }

    JwtAuthenticator fetching(TokenIssuer issuer) {
        return fetching(issuer, CLAIMS);
    }

    JwtAuthenticator fetching(TokenIssuer issuer, ClaimReader claims) {
        return opened(
                factory.fetching(
                        "corp",
                        rules(issuer.issuer(), claims),
                        new HttpCalls(Optional.empty()),
                        Optional.empty(),
                        TIMES,
                        Optional::empty));
    }

    /** Its tokens are of one, its keys at another. */
    JwtAuthenticator of(TokenIssuer keys, String issuer) {
        return opened(
                factory.fetching(
                        "corp",
                        rules(issuer, CLAIMS),
                        new HttpCalls(Optional.empty()),
                        Optional.of(URI.create(keys.issuer() + "/keys")),
                        TIMES,
                        Optional::empty));
    }

    JwtAuthenticator fixed(JwtRules rules, String jwks) {
        return factory.withKeys("corp", rules, jwks);
    }

    /** One more, which ends with the test. */
    TokenIssuer issuer() {
        TokenIssuer issuer = TokenIssuer.start();
        open.add(issuer);
        return issuer;
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    Instant now() {
        return clock.instant();
    }

    private JwtAuthenticator opened(JwtAuthenticator made) {
        open.add(made);
        return made;
    }

    @Override
    public void close() {
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
