// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import java.util.List;

/** Makes account JWTs for a set-up, in the form that nsc writes. Stateless. */
public final class AccountJwt {
    private static final List<String> ANY_ACCOUNT = List.of("*");

    private AccountJwt() {}

    /**
     * Signs an account JWT.
     *
     * @param operator the operator's identity key, or one of its signing keys
     * @return the token, ASCII
     * @throws IllegalArgumentException if a key is of the wrong type or a subject malformed
     */
    public static byte[] mint(AccountClaims account, Signer operator) {
        KeyTypes.require("subject", account.subject(), NKeyType.ACCOUNT);
        KeyTypes.require("signer", operator.key(), NKeyType.OPERATOR);
        KeyTypes.require("signing key", account.signingKeys(), NKeyType.ACCOUNT);
        Claims claims =
                new Claims(
                        "",
                        account.expires(),
                        account.issuedAt(),
                        operator.key(),
                        account.name(),
                        account.subject().text());
        return claims.sign("account", true, json -> write(json, account), operator);
    }

    private static void write(JsonWriter json, AccountClaims account) {
        writeLimits(json, account.limits());
        writeKeys(json, account);
        if (account.defaultPermissions().isPresent()) {
            json.name("default_permissions").beginObject();
            PermissionsJson.write(json, account.defaultPermissions().get());
            json.endObject();
        }
        if (account.authorization().isPresent()) {
            writeAuthorization(json, account.authorization().get());
        }
        json.optional("tags", account.tags());
    }

    private static void writeLimits(JsonWriter json, AccountLimits limits) {
        json.name("limits").beginObject();
        json.member("subs", limits.subscriptions()).member("data", -1);
        json.member("payload", limits.payload());
        json.member("imports", -1).member("exports", -1).name("wildcards").flag(true);
        if (limits.disallowBearer()) {
            json.name("disallow_bearer").flag(true);
        }
        json.member("conn", limits.connections()).member("leaf", limits.leafNodes());
        limits.jetStream()
                .ifPresent(js ->
                        json.member("mem_storage", js.memoryBytes())
                                .member("disk_storage", js.diskBytes())
                                .member("streams", js.streams())
                                .member("consumer", js.consumers()));
        json.endObject();
    }

    private static void writeKeys(JsonWriter json, AccountClaims account) {
        if (account.signingKeys().isEmpty() && account.scopedKeys().isEmpty()) {
            return;
        }
        json.name("signing_keys").beginArray();
        account.signingKeys().forEach(key -> json.text(key.text()));
        for (ScopedKey scoped : account.scopedKeys()) {
            KeyTypes.require("scoped key", scoped.key(), NKeyType.ACCOUNT);
            json.beginObject().member("kind", "user_scope").member("key", scoped.key().text());
            json.optional("role", scoped.role()).name("template").beginObject();
            PermissionsJson.write(json, scoped.template());
            json.member("subs", -1).member("data", -1).member("payload", -1);
            if (scoped.bearer()) {
                json.name("bearer_token").flag(true);
            }
            json.endObject().endObject();
        }
        json.endArray();
    }

    private static void writeAuthorization(JsonWriter json, AccountAuthorization authorization) {
        json.name("authorization").beginObject();
        json.optional("auth_users", KeyTypes.texts(authorization.authUsers()));
        json.optional(
                "allowed_accounts",
                authorization.anyAccount()
                        ? ANY_ACCOUNT
                        : KeyTypes.texts(authorization.allowedAccounts()));
        authorization.xkey().ifPresent(key -> json.member("xkey", key.text()));
        json.endObject();
    }
}
