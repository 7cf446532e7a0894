// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.identity.Credential;
import io.countersign.identity.Question;
import io.countersign.identity.Secret;
import io.countersign.protocol.VerifiedRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a webhook is asked, as JSON (auth-webhook.md). Stateless. */
final class WebhookQuestion {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> CLIENT =
            List.of("address", "kind", "type", "name", "mqtt-id");
    private static final List<String> SERVER = List.of("server", "cluster");

    private WebhookQuestion() {}

    /** What it may look at besides the credential, in the order of the names above; then tags. */
    static List<String> context(VerifiedRequest request) {
        List<String> all = new ArrayList<>();
        all.add(request.client().host());
        all.add(request.client().kind());
        all.add(request.client().type());
        all.add(request.client().name());
        all.add(request.client().mqttId());
        all.add(request.server().name());
        all.add(request.server().cluster());
        all.addAll(request.server().tags());
        return all;
    }

    static byte[] body(String source, String id, Instant now, Question question) {
        ObjectNode body = JSON.createObjectNode();
        body.put("version", 1);
        body.put("id", id);
        body.put("time", now.getEpochSecond());
        body.put("source", source);
        credential(body.putObject("credential"), question.credential());
        List<String> context = question.context();
        ObjectNode client = body.putObject("client");
        for (int i = 0; i < CLIENT.size(); i++) {
            client.put(CLIENT.get(i), context.get(i));
        }
        ObjectNode server = body.putObject("server");
        server.put("name", context.get(CLIENT.size()));
        server.put("cluster", context.get(CLIENT.size() + 1));
        var tags = server.putArray("tags");
        context.subList(CLIENT.size() + SERVER.size(), context.size()).forEach(tags::add);
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts can always be written", e);
        }
    }

    private static void credential(ObjectNode json, Credential credential) {
        json.put("kind", credential.kind().word());
        switch (credential) {
            case Credential.Password(String user, Secret secret, _) ->
                    json.put("user", user).put("password", text(secret));
            case Credential.Token(Secret secret) -> json.put("token", text(secret));
            case Credential.NKeyChallenge(String nkey, String nonce, String signature) ->
                    json.put("nkey", nkey).put("nonce", nonce).put("signature", signature);
            case Credential.Certificate(var pem) -> {
                var chain = json.putArray("chain");
                pem.forEach(chain::add);
            }
            case Credential.SessionName _, Credential.None _ -> {}
        }
    }

    private static String text(Secret secret) {
        return new String(secret.bytes(), StandardCharsets.UTF_8);
    }
}
