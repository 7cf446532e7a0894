// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import io.countersign.kit.CalloutForge;
import io.countersign.kit.Deployment;
import io.countersign.kit.DeploymentKeys;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Accounts with what it takes to provoke every refusal of a server: OTHER takes no connection, and
 * in operator mode APP has scoped keys and the callout account allows an account that is not there.
 */
final class OddAccounts {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PRELOADED = Pattern.compile("(A[A-Z2-7]{55}): \"(eyJ[^\"]+)\"");

    /** Its template insists on a trusted proxy. */
    final Signer behindAProxy = CalloutForge.strangeAccount();

    /** Its template denies a subject of a tag that nobody has. */
    final Signer denyingATag = CalloutForge.strangeAccount();

    /** Allowed, but in no resolver. */
    final String ghost = CalloutForge.stranger(NKeyType.ACCOUNT);

    /** Changes the configuration of a server that {@code setup} wrote. */
    String in(String configuration) {
        if (!configuration.contains("resolver_preload")) {
            return configuration.replaceFirst(
                    "\"OTHER\" \\{ jetstream: enabled \\}",
                    "\"OTHER\" { limits { max_connections: 0 } }");
        }
        Path folder = DeploymentKeys.folderOf(configuration);
        Signer operator =
                new DeploymentKeys(folder, Deployment.Mode.OPERATOR)
                        .signer("keys/offline/operator.signing.nk");
        return PRELOADED
                .matcher(configuration)
                .replaceAll(m -> m.group(1) + ": \"" + changed(m, operator) + "\"");
    }

    private String changed(MatchResult account, Signer operator) {
        ObjectNode claims = CalloutForge.claims(account.group(2));
        ObjectNode nats = CalloutForge.nats(claims);
        switch (claims.path("name").asText()) {
            case "AUTH" -> nats.withArray("/authorization/allowed_accounts").add(ghost);
            case "OTHER" -> ((ObjectNode) nats.get("limits")).put("conn", 0);
            case "APP" -> {
                ObjectNode proxied = scoped(nats, behindAProxy, "proxied");
                proxied.put("proxy_required", true);
                ObjectNode tagged = scoped(nats, denyingATag, "tagged");
                tagged.putObject("pub").putArray("deny").add("team.{{tag(team)}}.>");
            }
            default -> {
                return account.group(2);
            }
        }
        return CalloutForge.sign(CalloutForge.HEADER, claims, operator);
    }

    /** Adds a scoped key; returns its template. */
    private static ObjectNode scoped(ObjectNode nats, Signer key, String role) {
        ObjectNode scope = JSON.createObjectNode();
        scope.put("kind", "user_scope").put("key", key.key().text()).put("role", role);
        ObjectNode template = scope.putObject("template");
        template.put("subs", -1).put("data", -1).put("payload", -1);
        nats.withArray("/signing_keys").add(scope);
        return template;
    }
}
