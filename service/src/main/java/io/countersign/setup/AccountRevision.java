// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.Signer;
import io.countersign.protocol.InvalidJwt;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.SignedAccount;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;

/**
 * Makes the next version of an account JWT. Works on the JSON and not on our claims, so that what
 * others put there (exports, mappings, revocations) stays as it is. Safe for use by many threads.
 */
final class AccountRevision {
    private final JwtReader reader;

    AccountRevision(Ed25519 ed25519) {
        this.reader = new JwtReader(ed25519);
    }

    /**
     * The new token.
     *
     * @param jwt a token whose signature is good
     * @param operator the operator's signing key, or its identity key if it is not strict
     * @throws SetupFailed if the token is none, or the changes do not fit it
     */
    byte[] next(byte[] jwt, List<AccountChange> changes, Signer operator, Instant now)
            throws SetupFailed {
        try {
            SignedAccount old = reader.readAccount(jwt);
            ObjectNode claims = Claims.of(jwt);
            ObjectNode nats = (ObjectNode) claims.get("nats");
            for (AccountChange change : changes) {
                apply(change, nats);
            }
            // A resolver takes no token that is older than its own, and time goes by in seconds.
            long issued =
                    Math.max(now.getEpochSecond(), old.claims().issuedAt().getEpochSecond() + 1);
            claims.put("iat", issued);
            byte[] token = Claims.signed(claims, operator);
            reader.readAccount(token);
            return token;
        } catch (InvalidJwt | JsonProcessingException e) {
            throw new SetupFailed("account JWT: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new SetupFailed(String.valueOf(e.getMessage()), e);
        }
    }

    private static void apply(AccountChange change, ObjectNode nats) {
        switch (change) {
            case AccountChange.AddSigningKey(NKey key) -> add(nats.withArray("signing_keys"), key);
            case AccountChange.AddSigningKeyLike(NKey key, NKey like) ->
                    addLike(nats.withArray("signing_keys"), key, like);
            case AccountChange.RemoveSigningKey(NKey key) ->
                    remove(nats.withArray("signing_keys"), key, "signing key");
            case AccountChange.AllowAccount(NKey account) -> allow(nats, account);
            case AccountChange.DisallowAccount(NKey account) ->
                    remove(
                            authorization(nats).withArray("allowed_accounts"),
                            account,
                            "allowed account");
            case AccountChange.SealFor(NKey xkey) -> authorization(nats).put("xkey", xkey.text());
            case AccountChange.AddAuthUser(NKey user) ->
                    add(authorization(nats).withArray("auth_users"), user);
            case AccountChange.RemoveAuthUser(NKey user) -> removeAuthUser(nats, user);
        }
    }

    private static ObjectNode authorization(ObjectNode nats) {
        if (!nats.path("authorization").path("auth_users").has(0)) {
            throw new IllegalArgumentException(
                    "account: has no auth callout (expected: the callout account)");
        }
        return (ObjectNode) nats.get("authorization");
    }

    private static void allow(ObjectNode nats, NKey account) {
        ArrayNode allowed = authorization(nats).withArray("allowed_accounts");
        // "Any account" beside others is not valid, and says all that there is to say.
        if (!contains(allowed, "*")) {
            add(allowed, account);
        }
    }

    private static void removeAuthUser(ObjectNode nats, NKey user) {
        ArrayNode users = authorization(nats).withArray("auth_users");
        if (users.size() == 1) {
            throw new IllegalArgumentException(
                    "auth user: the last one (expected: one stays, or nobody is asked any more)");
        }
        remove(users, user, "auth user");
    }

    private static void add(ArrayNode keys, NKey key) {
        if (!contains(keys, key.text())) {
            keys.add(JsonNodeFactory.instance.textNode(key.text()));
        }
    }

    /**
     * A scope is copied with the key's name changed; beside a plain key there is nothing to copy.
     */
    private static void addLike(ArrayNode keys, NKey key, NKey like) {
        if (contains(keys, key.text())) {
            return;
        }
        for (JsonNode each : keys) {
            if (each.isObject() && textOf(each).equals(like.text())) {
                keys.add(((ObjectNode) each.deepCopy()).put("key", key.text()));
                return;
            }
        }
        add(keys, key);
    }

    private static void remove(ArrayNode keys, NKey key, String what) {
        for (Iterator<JsonNode> each = keys.iterator(); each.hasNext(); ) {
            if (textOf(each.next()).equals(key.text())) {
                each.remove();
                return;
            }
        }
        throw new IllegalArgumentException(what + ": " + key + " (expected: one that is there)");
    }

    private static boolean contains(ArrayNode keys, String text) {
        for (JsonNode key : keys) {
            if (textOf(key).equals(text)) {
                return true;
            }
        }
        return false;
    }

    /** A scoped signing key is an object with its key inside. */
    private static String textOf(JsonNode key) {
        return key.isObject() ? key.path("key").asText() : key.asText();
    }
}
