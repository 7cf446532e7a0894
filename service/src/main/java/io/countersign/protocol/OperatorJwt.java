// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;

/** Makes operator JWTs for a set-up; self-signed, as servers and nsc expect. Stateless. */
public final class OperatorJwt {
    private OperatorJwt() {}

    /**
     * Signs an operator JWT.
     *
     * @param identity signer of the operator's identity key
     * @return the token, ASCII
     * @throws IllegalArgumentException if a key is of the wrong type or not the operator's own
     */
    public static byte[] mint(OperatorClaims operator, Signer identity) {
        KeyTypes.require("subject", operator.subject(), NKeyType.OPERATOR);
        KeyTypes.require("signing key", operator.signingKeys(), NKeyType.OPERATOR);
        if (!identity.key().equals(operator.subject())) {
            throw new IllegalArgumentException(
                    "signer: %s (expected: %s)".formatted(identity.key(), operator.subject()));
        }
        operator.systemAccount()
                .ifPresent(key -> KeyTypes.require("system account", key, NKeyType.ACCOUNT));
        Claims claims =
                new Claims(
                        "",
                        operator.expires(),
                        operator.issuedAt(),
                        identity.key(),
                        operator.name(),
                        operator.subject().text());
        return claims.sign("operator", true, json -> write(json, operator), identity);
    }

    private static void write(JsonWriter json, OperatorClaims operator) {
        json.optional("signing_keys", KeyTypes.texts(operator.signingKeys()));
        json.optional("account_server_url", operator.accountServerUrl());
        json.optional("operator_service_urls", operator.serviceUrls());
        operator.systemAccount().ifPresent(key -> json.member("system_account", key.text()));
        if (operator.strictSigningKeys()) {
            json.name("strict_signing_key_usage").flag(true);
        }
        json.optional("tags", operator.tags());
    }
}
