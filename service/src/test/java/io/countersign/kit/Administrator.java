// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.nats.AdminClient;
import io.countersign.nats.NatsLogin;
import io.countersign.nats.NatsTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks the instances of a deployment with the key that its setup made, without a process for each
 * request. One thread.
 */
public final class Administrator implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AdminClient client;

    private Administrator(AdminClient client) {
        this.client = client;
    }

    /** Connects as the operations user. */
    public static Administrator of(Deployment system) {
        Path folder = system.folder();
        List<String> urls = system.servers().stream().map(NatsServer::url).toList();
        try {
            Path creds = folder.resolve("creds/operations.creds");
            NatsLogin login =
                    Files.exists(creds)
                            ? new NatsLogin.Credentials(creds)
                            : new NatsLogin.KeyPair(signer(folder.resolve("keys/operations.nk")));
            return new Administrator(
                    AdminClient.connect(
                            new NatsTarget(urls, login, Optional.empty()),
                            signer(folder.resolve("keys/admin-requests.nk")),
                            "test",
                            new SecureRandom(),
                            Clock.systemUTC()));
        } catch (IOException | InvalidKey e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Signer signer(Path file) throws IOException, InvalidKey {
        try (Seed seed = Seed.read(file)) {
            return Ed25519.best().signer(seed);
        }
    }

    /** The answer to a request; {@code body} is JSON. */
    public JsonNode ask(String verb, String body) {
        try {
            return JSON.readTree(
                    client.request(verb, body.getBytes(StandardCharsets.UTF_8), PATIENCE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Revokes, and waits for all instances. */
    public JsonNode revoke(String kind, String value) {
        return ask(
                "revoke",
                "{\"kind\":\"%s\",\"value\":\"%s\",\"reason\":\"test\",\"wait\":20000}"
                        .formatted(kind, value));
    }

    /** Texts of an array. */
    public static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    /** Waits until that many instances answer, and know of one another. */
    public void awaitInstances(int count) {
        Wait.until(
                count + " instances that see one another",
                PATIENCE,
                () -> {
                    JsonNode answer = ask("instances", "{}");
                    boolean all = answer.path("statuses").size() == count;
                    for (JsonNode status : answer.path("statuses")) {
                        all &= status.path("members").asInt() == count;
                    }
                    return all && answer.path("silent").isEmpty();
                });
    }

    @Override
    public void close() {
        client.close();
    }
}
