// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.text.ParseException;
import java.util.List;

/** The usable keys of a JWK set (RFC 7517): public, for signatures, strong enough. Immutable. */
final class KeySet {
    private static final int MOST_KEYS = 100;
    private static final int WEAKEST_RSA = 2048;

    /** Without a key id, this many are tried. */
    private static final int MOST_TRIED = 8;

    private final List<JWK> keys;

    private KeySet(List<JWK> keys) {
        this.keys = keys;
    }

    /**
     * Reads a set and leaves out what cannot be used.
     *
     * @throws ParseException if it is none, or nothing of it can be used
     */
    static KeySet parse(String json) throws ParseException {
        List<JWK> all = JWKSet.parse(json).getKeys();
        if (all.size() > MOST_KEYS) {
            throw new ParseException("key set: more than " + MOST_KEYS + " keys", 0);
        }
        List<JWK> usable = all.stream().filter(KeySet::isUsable).map(JWK::toPublicJWK).toList();
        if (usable.isEmpty()) {
            throw new ParseException("key set: no usable public key for signatures", 0);
        }
        return new KeySet(usable);
    }

    private static boolean isUsable(JWK key) {
        boolean isForSignatures =
                key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
        return isForSignatures
                && switch (key) {
                    case RSAKey rsa -> rsa.size() >= WEAKEST_RSA;
                    case ECKey _ -> true;
                    case OctetKeyPair pair -> pair.getCurve().equals(Curve.Ed25519);
                    default -> false;
                };
    }

    List<JWK> matching(JWSHeader header) {
        String id = header.getKeyID();
        return keys.stream()
                .filter(key -> id == null || id.equals(key.getKeyID()))
                .filter(key -> fits(key, header.getAlgorithm()))
                .limit(MOST_TRIED)
                .toList();
    }

    private static boolean fits(JWK key, JWSAlgorithm algorithm) {
        if (key.getAlgorithm() != null && !key.getAlgorithm().equals(algorithm)) {
            return false;
        }
        return switch (key) {
            case RSAKey _ -> JWSAlgorithm.Family.RSA.contains(algorithm);
            case ECKey ec -> Curve.forJWSAlgorithm(algorithm).contains(ec.getCurve());
            default -> JWSAlgorithm.EdDSA.equals(algorithm);
        };
    }
}
