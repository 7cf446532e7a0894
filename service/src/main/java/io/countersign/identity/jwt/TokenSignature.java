// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;

/** Checks the signature of a JWT. RSA and ECDSA by the library, Ed25519 by our own. Stateless. */
final class TokenSignature {
    private final Ed25519 ed25519;

    TokenSignature(Ed25519 ed25519) {
        this.ed25519 = ed25519;
    }

    /** Also false for a header that demands something we do not know ({@code crit}). */
    boolean isGood(SignedJWT token, JWK key) {
        try {
            return switch (key) {
                case RSAKey rsa -> token.verify(new RSASSAVerifier(rsa));
                case ECKey ec -> token.verify(new ECDSAVerifier(ec));
                case OctetKeyPair pair -> isGood(token, pair);
                default -> false;
            };
        } catch (JOSEException | IllegalStateException refused) {
            return false;
        }
    }

    private boolean isGood(SignedJWT token, OctetKeyPair pair) {
        if (token.getHeader().getCriticalParams() != null) {
            return false;
        }
        byte[] signed = token.getSigningInput();
        try {
            NKey key = NKey.of(NKeyType.USER, pair.getX().decode());
            return ed25519.verify(key, signed, 0, signed.length, token.getSignature().decode());
        } catch (InvalidKey weak) {
            return false;
        }
    }
}
