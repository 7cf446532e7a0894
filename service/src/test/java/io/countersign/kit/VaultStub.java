// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.Signer;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Answers as Vault's HTTP API does, in the form of its documentation (KV version 2, Transit): there
 * is no Vault to run here. Signatures are real. Thread-safe.
 */
public final class VaultStub implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String token;
    private final Map<String, String> secrets = new ConcurrentHashMap<>();
    private final Map<String, Signer> keys = new ConcurrentHashMap<>();
    private final Queue<String> namespaces = new ConcurrentLinkedQueue<>();
    private final HttpStub server;
    private volatile int failure;

    /**
     * @param token the only one that it takes
     */
    public VaultStub(String token) {
        this.token = token;
        this.server = HttpStub.start(this::answer);
    }

    /** A secret with one field: {@code secret/data/PATH}. */
    public void put(String path, String field, String value) {
        secrets.put("/v1/secret/data/" + path, field + "\0" + value);
    }

    /** Version 2 of a Transit key; version 1 is of somebody else. */
    public void put(String name, Signer signer) {
        keys.put(name, signer);
    }

    private HttpStub.Answer answer(HttpStub.Asked asked) {
        namespaces.add(asked.header().apply("X-Vault-Namespace"));
        if (failure != 0) {
            return error(failure, "Vault is sealed, and repeats " + token);
        }
        if (!asked.header().apply("X-Vault-Token").equals(token)) {
            return error(403, "permission denied");
        }
        String path = asked.path();
        String secret = secrets.get(path);
        if (secret != null) {
            return kv(secret);
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        Signer signer = keys.get(name);
        if (signer != null && path.equals("/v1/transit/keys/" + name)) {
            return key(name, signer);
        }
        if (signer != null && path.equals("/v1/transit/sign/" + name)) {
            return signed(signer, Io.get(() -> JSON.readTree(asked.body())));
        }
        return HttpStub.Answer.json(404, "{\"errors\":[]}\n");
    }

    private static HttpStub.Answer error(int status, String message) {
        return HttpStub.Answer.json(
                status,
                "{\"errors\":[\"1 error occurred:\\n\\t* %s\\n\\n\"]}\n".formatted(message));
    }

    private static HttpStub.Answer kv(String secret) {
        Map<String, Object> data = new HashMap<>();
        data.put(
                secret.substring(0, secret.indexOf('\0')),
                secret.substring(secret.indexOf('\0') + 1));
        data.put("note", "another field");
        return json(
                Map.of(
                        "data",
                        data,
                        "metadata",
                        Map.of(
                                "created_time",
                                "2026-03-22T02:24:06.945319214Z",
                                "deletion_time",
                                "",
                                "destroyed",
                                false,
                                "version",
                                2)));
    }

    private static HttpStub.Answer key(String name, Signer signer) {
        return json(
                Map.of(
                        "type",
                        "ed25519",
                        "name",
                        name,
                        "latest_version",
                        2,
                        "exportable",
                        false,
                        "keys",
                        Map.of(
                                "1",
                                Map.of("name", "ed25519", "public_key", base64(new byte[32])),
                                "2",
                                Map.of(
                                        "creation_time",
                                        "2026-03-22T02:24:06.945319214Z",
                                        "name",
                                        "ed25519",
                                        "public_key",
                                        base64(signer.key().bytes())))));
    }

    private static HttpStub.Answer signed(Signer signer, JsonNode question) {
        if (question.path("key_version").asInt() != 2) {
            return error(400, "unable to sign: key not found");
        }
        byte[] message = Base64.getDecoder().decode(question.path("input").asText());
        return json(
                Map.of("key_version", 2, "signature", "vault:v2:" + base64(signer.sign(message))));
    }

    private static HttpStub.Answer json(Map<String, Object> data) {
        return HttpStub.Answer.json(
                200,
                Io.get(() ->
                        JSON.writeValueAsString(
                                Map.of(
                                        "request_id",
                                        "2b0d9a4f-2a8b-6f5c-1f8b-9a6b8f0c1d2e",
                                        "lease_id",
                                        "",
                                        "renewable",
                                        false,
                                        "lease_duration",
                                        0,
                                        "data",
                                        data))));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** From now on it answers nothing but this; 0: as before. */
    public void fails(int status) {
        failure = status;
    }

    public String url() {
        return server.url();
    }

    public Queue<String> namespaces() {
        return namespaces;
    }

    @Override
    public void close() {
        server.close();
    }
}
