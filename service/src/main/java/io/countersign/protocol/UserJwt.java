// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import java.util.Optional;

/**
 * Makes user JWTs (reference 2.2, 4): the inner part of an answer, and the credentials of a set-up.
 * Stateless.
 */
public final class UserJwt {
    private UserJwt() {}

    /**
     * Signs a user JWT.
     *
     * @param signer static mode: the issuer; operator mode: the target account's identity key or
     *     one of its signing keys
     * @return the token, ASCII
     * @throws IllegalArgumentException if the claims cannot be said in a way that servers enforce:
     *     a malformed subject, no permissions without a scoped signing key, bearer with one
     */
    public static byte[] mint(UserClaims user, Placement placement, Signer signer) {
        require(user.subject().type() == NKeyType.USER, "subject: not a user key");
        require(signer.key().type() == NKeyType.ACCOUNT, "signer: not an account key");
        Optional<NKey> issuerAccount = issuerAccount(placement, signer);
        if (user.permissions().isEmpty()) {
            require(
                    issuerAccount.isPresent(),
                    "permissions: none (expected: some, unless a scoped signing key signs)");
            require(!user.bearer(), "bearer: with a scoped key (expected: in its template)");
        }
        Claims claims =
                new Claims(
                        audience(placement),
                        user.expires(),
                        user.issuedAt(),
                        signer.key(),
                        user.name(),
                        user.subject().text());
        return claims.sign("user", true, json -> write(json, user, issuerAccount), signer);
    }

    private static void write(JsonWriter json, UserClaims user, Optional<NKey> issuerAccount) {
        // A scoped key's template rules: any member beside it, even -1, makes the server refuse.
        if (user.permissions().isPresent()) {
            PermissionsJson.write(json, user.permissions().get());
            json.member("subs", -1).member("data", -1).member("payload", -1);
        }
        if (user.bearer()) {
            json.name("bearer_token").flag(true);
        }
        if (issuerAccount.isPresent()) {
            json.member("issuer_account", issuerAccount.get());
        }
        json.optional("tags", user.tags());
    }

    private static String audience(Placement placement) {
        return switch (placement) {
            case Placement.ByName(String account) -> {
                require(!account.isEmpty(), "account: empty (expected: its name)");
                yield account;
            }
            case Placement.ByKey _ -> "";
        };
    }

    private static Optional<NKey> issuerAccount(Placement placement, Signer signer) {
        return switch (placement) {
            case Placement.ByName _ -> Optional.empty();
            case Placement.ByKey(NKey account) -> {
                require(account.type() == NKeyType.ACCOUNT, "account: not an account key");
                boolean identity = account.text().equals(signer.key().text());
                yield identity ? Optional.empty() : Optional.of(account);
            }
        };
    }

    private static void require(boolean fits, String message) {
        if (!fits) {
            throw new IllegalArgumentException(message);
        }
    }
}
