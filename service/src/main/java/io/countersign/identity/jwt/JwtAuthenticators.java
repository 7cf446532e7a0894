// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.jwt;

import io.countersign.crypto.Ed25519;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.http.HttpCalls;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Makes authenticators for JWTs. Thread-safe. */
public final class JwtAuthenticators {
    private final Ed25519 ed25519;
    private final CredentialFingerprints fingerprints;
    private final Clock clock;
    private final LongSupplier nanoClock;

    public JwtAuthenticators(
            Ed25519 ed25519,
            CredentialFingerprints fingerprints,
            Clock clock,
            LongSupplier nanoClock) {
        this.ed25519 = ed25519;
        this.fingerprints = fingerprints;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    /**
     * With the keys of a JWK set.
     *
     * @throws IllegalArgumentException if nothing of it can be used
     */
    public JwtAuthenticator withKeys(String source, JwtRules rules, String jwks) {
        try {
            return make(source, rules, new FixedKeys(KeySet.parse(jwks)));
        } catch (ParseException e) {
            throw new IllegalArgumentException(
                    "keys: not a JWK set with public signature keys (RSA from 2048 bits, P-256,"
                            + " P-384, P-521, Ed25519)",
                    e);
        }
    }

    /**
     * With keys that are fetched.
     *
     * @param place where they are; empty: where the issuer's discovery document says
     * @param bearer shown to whoever has them
     */
    public JwtAuthenticator fetching(
            String source,
            JwtRules rules,
            HttpCalls http,
            Optional<URI> place,
            KeyTimes times,
            Supplier<Optional<String>> bearer) {
        KeyFetch fetch = new KeyFetch(http, rules.issuer(), place, bearer);
        return make(source, rules, new FetchedKeys(rules.issuer(), fetch, times, clock, nanoClock));
    }

    private JwtAuthenticator make(String source, JwtRules rules, IssuerKeys keys) {
        return new JwtAuthenticator(source, rules, keys, ed25519, fingerprints);
    }
}
