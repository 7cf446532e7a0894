// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.callout.Inbound;
import io.countersign.kit.CheapHash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * One request of a real nats-server, byte for byte, with what a service needs to read and answer
 * it. All keys and secrets in it were made for the recording and thrown away: nothing else has ever
 * used them, and nothing may. {@link Recorder} makes them.
 *
 * @param version of the server
 * @param asked when the server says that it asked
 * @param subject whom the server asked: the issuer, or the callout account
 * @param xkeySeed of the service, whom the request was sealed for; empty for a clear one
 * @param issuerSeed static mode: what signs answers; empty in operator mode, where any key may
 * @param clientNkey what a client with an nkey proved to have; one for all
 * @param serverXKeys the header of the message
 * @param payload the message
 */
record Recording(
        String version,
        Shape.Mode mode,
        Shape.Box box,
        Client client,
        Instant asked,
        String subject,
        String xkeySeed,
        String issuerSeed,
        String clientNkey,
        List<String> serverXKeys,
        byte[] payload) {
    static final String TOKEN = "throw-away-token-of-a-recording-0123456789abcdef0123456789abcdef";
    static final String USER = "recorded";
    static final String PASSWORD = "throw-away-password";

    static final String WARNING =
            "Throw-away keys, made for these recordings by ops/bench --record and used for nothing"
                    + " else. They open nothing.";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RESOURCE = "recorded.json";

    /** What the client presented. */
    enum Client {
        TOKEN,
        PASSWORD,
        NKEY,
        /** A token over mutual TLS: the request carries the client's certificate chain. */
        TOKEN_OVER_TLS
    }

    /** The recordings that are part of the repository. */
    static List<Recording> all() {
        try (InputStream in = Recording.class.getResourceAsStream(RESOURCE)) {
            return read(JSON.readTree(in));
        } catch (IOException e) {
            throw new IllegalStateException(RESOURCE, e);
        }
    }

    /** The sealed one of this kind, of a server 2.10 or of the newest when they were recorded. */
    static Recording kept(boolean oldest, Shape.Mode mode, Client client) {
        return all().stream()
                .filter(one -> one.mode == mode && one.box == Shape.Box.SEALED)
                .filter(one -> one.client == client && one.version.startsWith("2.10.") == oldest)
                .findFirst()
                .orElseThrow();
    }

    static List<Recording> read(Path file) throws IOException {
        return read(JSON.readTree(file.toFile()));
    }

    private static List<Recording> read(JsonNode root) {
        List<Recording> all = new ArrayList<>();
        for (JsonNode one : root.path("recordings")) {
            List<String> xkeys = new ArrayList<>();
            one.path("serverXkeys").forEach(xkey -> xkeys.add(xkey.asText()));
            all.add(
                    new Recording(
                            one.path("version").asText(),
                            Shape.Mode.valueOf(one.path("mode").asText()),
                            Shape.Box.valueOf(one.path("box").asText()),
                            Client.valueOf(one.path("client").asText()),
                            Instant.ofEpochSecond(one.path("asked").asLong()),
                            one.path("subject").asText(),
                            one.path("throwAwayXkeySeed").asText(),
                            one.path("throwAwayIssuerSeed").asText(),
                            one.path("clientNkey").asText(),
                            xkeys,
                            Base64.getDecoder().decode(one.path("payload").asText())));
        }
        return all;
    }

    static void write(List<Recording> recordings, Path file) throws IOException {
        ObjectNode root = JSON.createObjectNode().put("warning", WARNING);
        var all = root.putArray("recordings");
        for (Recording recording : recordings) {
            ObjectNode one =
                    all.addObject()
                            .put("version", recording.version)
                            .put("mode", recording.mode.name())
                            .put("box", recording.box.name())
                            .put("client", recording.client.name())
                            .put("asked", recording.asked.getEpochSecond())
                            .put("subject", recording.subject)
                            .put("throwAwayXkeySeed", recording.xkeySeed)
                            .put("throwAwayIssuerSeed", recording.issuerSeed)
                            .put("clientNkey", recording.clientNkey);
            recording.serverXKeys.forEach(one.putArray("serverXkeys")::add);
            one.put("payload", Base64.getEncoder().encodeToString(recording.payload));
        }
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
        Files.writeString(file, text + "\n");
    }

    /** The message as it came, at the moment at which the server asked. */
    Inbound arriving() {
        return new Inbound(payload, serverXKeys, true, asked, System.nanoTime());
    }

    /**
     * Gives what {@code setup} made in this folder the keys and the users of this recording, so
     * that a service which is started on it would be the one that was asked.
     */
    void furnish(Path made) throws IOException {
        if (!xkeySeed.isEmpty()) {
            Files.writeString(made.resolve("keys").resolve("xkey.nk"), xkeySeed + "\n");
        }
        if (!issuerSeed.isEmpty()) {
            Files.writeString(made.resolve("keys").resolve("issuer.nk"), issuerSeed + "\n");
        } else {
            Path yaml = made.resolve("countersign.yaml");
            String account = "callout-account: " + subject;
            Files.writeString(
                    yaml, Files.readString(yaml).replaceFirst("callout-account: \\S+", account));
        }
        String users =
                """
                version: 1
                users:
                  - name: %s
                    password: "%s"
                    tokens: [{ id: bench, hash: "sha256:%s" }]
                    nkeys: [%s]
                    groups: [app]
                """
                        .formatted(
                                USER,
                                CheapHash.of(PASSWORD).encoded(),
                                HexFormat.of().formatHex(DecisionPath.sha256(TOKEN)),
                                clientNkey);
        Files.writeString(made.resolve("users.yaml"), users);
    }

    @Override
    public String toString() {
        return "%s %s %s %s".formatted(version, mode, box, client);
    }
}
