// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.countersign.cli.Instance;
import io.countersign.kit.Deployment;
import io.nats.client.Connection;
import io.nats.client.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Secrets that were let loose in an instance, and the search for them in everything that it wrote
 * or said. Listens to the whole log from its making to its end.
 */
final class SecretSearch implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, String> markers = new LinkedHashMap<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.countersign");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    SecretSearch() {
        logged.start();
        logger.addAppender(logged);
        logger.setLevel(Level.TRACE);
    }

    @Override
    public void close() {
        logger.setLevel(null);
        logger.detachAppender(logged);
    }

    /** A new secret that stands nowhere else. */
    String secret(String name) {
        return keep(name, "Mark" + HexFormat.of().formatHex(random(18)));
    }

    /** One that something else made. */
    String keep(String name, String secret) {
        markers.put(name, secret);
        return secret;
    }

    /** A secret by its name. */
    String of(String name) {
        return markers.getOrDefault(name, "");
    }

    void assertClean(String place, byte[] found, String... oneOfThese) {
        String text = new String(found, StandardCharsets.ISO_8859_1);
        // Each place has what it should have, so the search is not in vain.
        assertThat(Stream.of(oneOfThese).anyMatch(text::contains)).as(place).isTrue();
        markers.forEach((name, secret) -> {
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            for (String form :
                    List.of(
                            secret,
                            base64(bytes),
                            Base64.getEncoder().encodeToString(bytes),
                            HexFormat.of().formatHex(bytes))) {
                assertThat(text.contains(form)).as("%s holds %s", place, name).isFalse();
            }
        });
    }

    static byte[] discovery(Connection operations) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String verb : List.of("PING", "INFO", "STATS")) {
            Message answer = operations.request("$SRV." + verb + ".countersign", null, PATIENCE);
            assertThat(answer).as(verb).isNotNull();
            all.writeBytes(bytes(answer));
        }
        return all.toByteArray();
    }

    static byte[] bytes(Message message) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        if (message.hasHeaders()) {
            all.writeBytes(message.getHeaders().getSerialized());
        }
        all.writeBytes(message.getData());
        return all.toByteArray();
    }

    static byte[] joined(Iterable<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    /** Every file of the trail but the checkpoint key, which is a secret on purpose. */
    static byte[] trail(Deployment system) throws IOException {
        List<byte[]> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(system.folder().resolve("audit"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("checkpoint.nk")) {
                    all.add(Files.readAllBytes(file));
                }
            }
        }
        return joined(all);
    }

    static byte[] telemetry(Instance instance) throws IOException, InterruptedException {
        List<byte[]> all = new ArrayList<>();
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String path : List.of("/metrics", "/readyz", "/livez")) {
                URI uri =
                        URI.create(
                                "http://127.0.0.1:%d%s"
                                        .formatted(instance.telemetryPort().orElseThrow(), path));
                HttpRequest request = HttpRequest.newBuilder(uri).build();
                all.add(http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
            }
        }
        return joined(all);
    }

    byte[] logText() {
        List<byte[]> all = new ArrayList<>();
        for (ILoggingEvent event : List.copyOf(logged.list)) {
            String thrown =
                    Optional.ofNullable(event.getThrowableProxy())
                            .map(t -> t.getClassName() + ": " + t.getMessage())
                            .orElse("");
            all.add(
                    (event.getFormattedMessage() + "\n" + thrown + "\n")
                            .getBytes(StandardCharsets.UTF_8));
        }
        return joined(all);
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
