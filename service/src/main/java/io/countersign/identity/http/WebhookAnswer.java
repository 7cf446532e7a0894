// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Principal;
import io.countersign.identity.Rejection;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Reads what a webhook answers (auth-webhook.md). Strict: what it does not understand is no answer,
 * because a yes that we half understand could be a yes to more than was meant. Stateless.
 */
final class WebhookAnswer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_DETAIL = 200;

    private WebhookAnswer() {}

    static Authentication read(String source, byte[] body, CredentialRef ref, Instant now) {
        try {
            JsonNode json = JSON.readTree(body);
            return switch (json.path("answer").asText()) {
                case "authenticated" -> authenticated(source, json, ref, now);
                case "rejected" -> rejected(json, ref);
                case "not-mine" -> new NotMine();
                default -> throw new IOException("answer");
            };
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            return new Unavailable(source, "the webhook's answer cannot be understood");
        }
    }

    private static Authentication authenticated(
            String source, JsonNode json, CredentialRef ref, Instant now) throws IOException {
        String name = json.path("name").asText();
        if (!json.path("name").isTextual() || name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new IOException("name");
        }
        Optional<Instant> end =
                json.hasNonNull("expires")
                        ? Optional.of(Instant.parse(json.path("expires").asText()))
                        : Optional.empty();
        if (end.filter(it -> !it.isAfter(now)).isPresent()) {
            return new Rejected(Rejection.EXPIRED_CREDENTIAL, ref, "expired at " + end.get());
        }
        Map<String, List<String>> attributes = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each : json.path("attributes").properties()) {
            attributes.put(each.getKey(), texts(each.getValue()));
        }
        return new Authenticated(
                new Identity(
                        new Principal(source, name),
                        ref,
                        new HashSet<>(texts(json.path("groups"))),
                        attributes,
                        end));
    }

    private static List<String> texts(JsonNode node) throws IOException {
        if (node.isTextual()) {
            return List.of(node.asText());
        }
        if (!node.isMissingNode() && !node.isArray()) {
            throw new IOException("list");
        }
        for (JsonNode each : node) {
            if (!each.isTextual()) {
                throw new IOException("list");
            }
        }
        return StreamSupport.stream(node.spliterator(), false).map(JsonNode::asText).toList();
    }

    private static Rejected rejected(JsonNode json, CredentialRef ref) {
        String reason = json.path("reason").asText("bad-credential");
        Rejection why = Rejection.valueOf(reason.replace('-', '_').toUpperCase(Locale.ROOT));
        String detail = json.path("detail").asText("the webhook says no");
        return new Rejected(
                why, ref, detail.substring(0, Math.min(detail.length(), LONGEST_DETAIL)));
    }
}
