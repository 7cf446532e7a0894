// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The {@code nats} object of an account JWT that is being read, as far as we know it. */
final class AccountBody implements Registered.Body {
    private static final long ABSENT = 0; // what Go makes of a missing limit

    private long connections;
    private long leafNodes;
    private long subscriptions;
    private long payload;
    private boolean disallowBearer;
    private long memory;
    private long disk;
    private long streams;
    private long consumers;
    private final List<NKey> signingKeys = new ArrayList<>();
    private final List<ScopedKey> scopedKeys = new ArrayList<>();
    private List<String> authUsers = List.of();
    private List<String> allowedAccounts = List.of();
    private String xkey = "";
    private @Nullable Permissions defaultPermissions;
    private List<String> tags = List.of();
    private final Map<String, Instant> revocations = new HashMap<>();

    @Override
    public void read(String name, JsonReader json) throws InvalidJwt {
        switch (name) {
            case "limits" -> readLimits(json);
            case "signing_keys" ->
                    json.each(
                            "nats.signing_keys",
                            text -> signingKeys.add(accountKey(text)),
                            first -> readScope(first, json));
            case "authorization" -> readAuthorization(json);
            case "default_permissions" -> readDefaults(json);
            case "tags" -> tags = json.texts("nats.tags");
            case "revocations" -> readRevocations(json);
            default -> json.skip();
        }
    }

    AccountClaims claims(Registered registered) throws InvalidJwt {
        // JetStream is on for an account as soon as one of the two stores has a limit.
        Optional<AccountLimits.JetStream> jetStream =
                memory == ABSENT && disk == ABSENT
                        ? Optional.empty()
                        : Optional.of(
                                new AccountLimits.JetStream(memory, disk, streams, consumers));
        AccountLimits limits =
                new AccountLimits(
                        connections, leafNodes, subscriptions, payload, disallowBearer, jetStream);
        return new AccountClaims(
                registered.subject(NKeyType.ACCOUNT),
                registered.name(),
                registered.issuedAt(),
                registered.expires(),
                limits,
                signingKeys,
                scopedKeys,
                authorization(),
                Optional.ofNullable(defaultPermissions),
                tags);
    }

    private Optional<AccountAuthorization> authorization() throws InvalidJwt {
        if (authUsers.isEmpty()) {
            return Optional.empty(); // Without users there is no callout (reference 3.2).
        }
        boolean any = allowedAccounts.equals(List.of("*"));
        return Optional.of(
                new AccountAuthorization(
                        KeyTypes.parse("authorization.auth_users", authUsers, NKeyType.USER),
                        any
                                ? List.of()
                                : KeyTypes.parse(
                                        "authorization.allowed_accounts",
                                        allowedAccounts,
                                        NKeyType.ACCOUNT),
                        any,
                        xkey.isEmpty()
                                ? Optional.empty()
                                : Optional.of(
                                        KeyTypes.parse(
                                                "authorization.xkey", xkey, NKeyType.CURVE))));
    }

    private void readLimits(JsonReader json) throws InvalidJwt {
        String name = json.firstField("nats.limits");
        for (; name != null; name = json.nextField()) {
            switch (name) {
                case "conn" -> connections = limit(name, json);
                case "leaf" -> leafNodes = limit(name, json);
                case "subs" -> subscriptions = limit(name, json);
                case "payload" -> payload = limit(name, json);
                case "disallow_bearer" -> disallowBearer = json.flag("limits.disallow_bearer");
                case "mem_storage" -> memory = limit(name, json);
                case "disk_storage" -> disk = limit(name, json);
                case "streams" -> streams = limit(name, json);
                case "consumer" -> consumers = limit(name, json);
                default -> json.skip();
            }
        }
    }

    private static long limit(String name, JsonReader json) throws InvalidJwt {
        return json.integer("limits." + name, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private void readScope(@Nullable String first, JsonReader json) throws InvalidJwt {
        String key = "";
        String role = "";
        PermissionsReader template = new PermissionsReader();
        boolean bearer = false;
        for (String name = first; name != null; name = json.nextField()) {
            switch (name) {
                case "key" -> key = json.text("signing_keys.key");
                case "role" -> role = json.text("signing_keys.role");
                case "template" -> bearer = readTemplate(template, json);
                default -> json.skip();
            }
        }
        scopedKeys.add(new ScopedKey(accountKey(key), role, template.permissions(), bearer));
    }

    private static boolean readTemplate(PermissionsReader template, JsonReader json)
            throws InvalidJwt {
        boolean bearer = false;
        String name = json.firstField("signing_keys.template");
        for (; name != null; name = json.nextField()) {
            if (name.equals("bearer_token")) {
                bearer = json.flag("template.bearer_token");
            } else if (!template.read(name, json)) {
                json.skip();
            }
        }
        return bearer;
    }

    private void readAuthorization(JsonReader json) throws InvalidJwt {
        String name = json.firstField("nats.authorization");
        for (; name != null; name = json.nextField()) {
            switch (name) {
                case "auth_users" -> authUsers = json.texts("authorization.auth_users");
                case "allowed_accounts" ->
                        allowedAccounts = json.texts("authorization.allowed_accounts");
                case "xkey" -> xkey = json.text("authorization.xkey");
                default -> json.skip();
            }
        }
    }

    Map<String, Instant> revocations() {
        return revocations;
    }

    private void readRevocations(JsonReader json) throws InvalidJwt {
        String name = json.firstField("nats.revocations");
        for (; name != null; name = json.nextField()) {
            long second = json.integer("nats.revocations", 0, RequestClaims.MAX_SECONDS);
            revocations.put(name, Instant.ofEpochSecond(second));
        }
    }

    private void readDefaults(JsonReader json) throws InvalidJwt {
        PermissionsReader defaults = new PermissionsReader();
        String name = json.firstField("nats.default_permissions");
        for (; name != null; name = json.nextField()) {
            if (!defaults.read(name, json)) {
                json.skip();
            }
        }
        // nsc writes {"pub":{},"sub":{}} for "none".
        defaultPermissions = defaults.isBlank() ? null : defaults.permissions();
    }

    private static NKey accountKey(String text) throws InvalidJwt {
        return KeyTypes.parse("nats.signing_keys", text, NKeyType.ACCOUNT);
    }
}
