// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.BoxRefused;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.kit.Certificates;
import io.countersign.kit.Deployment;
import io.countersign.kit.DeploymentKeys;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Options;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes {@link Recording}s: sets a real server up with new keys, takes the service's place, lets
 * clients knock, and keeps what the server asks. Nobody is answered.
 */
final class Recorder {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What clients of our shapes say of themselves; as the Go client of the time did. */
    private static final Map<String, Object> ABOUT =
            Map.of("name", "orders-worker", "lang", "go", "version", "1.48.0", "protocol", 1);

    private final Signer client =
            Ed25519.best().signer(Seed.generate(NKeyType.USER, new SecureRandom()));

    /** Everything that a repository needs: both versions, both modes, sealed and clear. */
    List<Recording> everything() throws IOException, InterruptedException {
        List<Recording> all = new ArrayList<>();
        for (NatsBinary binary : NatsBinary.values()) {
            for (Deployment.Mode mode : Deployment.Mode.values()) {
                Deployment.Plan plan = Deployment.Plan.of(mode, binary);
                all.addAll(
                        record(
                                plan,
                                List.of(
                                        Recording.Client.TOKEN,
                                        Recording.Client.PASSWORD,
                                        Recording.Client.NKEY)));
                all.addAll(record(plan.clear(), List.of(Recording.Client.TOKEN)));
                all.add(recordOverTls(plan));
            }
        }
        return all;
    }

    /** One request of each kind of client, without TLS. */
    List<Recording> record(Deployment.Plan plan, List<Recording.Client> clients)
            throws IOException, InterruptedException {
        List<Recording> all = new ArrayList<>();
        try (Deployment system = Deployment.start(plan)) {
            for (Recording.Client kind : clients) {
                all.add(
                        record(
                                system,
                                plan,
                                kind,
                                options -> {},
                                () -> RawClient.connect(system.server())));
            }
        }
        return all;
    }

    private Recording recordOverTls(Deployment.Plan plan) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("countersign-recorder-");
        try {
            Certificates certificates = Certificates.create(folder, Clock.systemUTC());
            Certificates.Identity shown =
                    certificates.client("CN=orders.prod.example.org,OU=Orders,O=Example Corp");
            var context = certificates.sslContext(Optional.of(shown));
            try (Deployment system =
                    Deployment.start(plan.changing(conf -> conf + tls(certificates)))) {
                return record(
                        system,
                        plan,
                        Recording.Client.TOKEN_OVER_TLS,
                        options -> options.sslContext(context),
                        () -> RawClient.connectTls("127.0.0.1", system.server().port(), context));
            }
        } finally {
            remove(folder);
        }
    }

    private static String tls(Certificates certificates) {
        Certificates.Identity server = certificates.server();
        return "\ntls { cert_file: \"%s\", key_file: \"%s\", ca_file: \"%s\", verify: true }\n"
                .formatted(
                        server.certificateFile(), server.keyFile(), certificates.authorityFile());
    }

    private Recording record(
            Deployment system,
            Deployment.Plan plan,
            Recording.Client kind,
            java.util.function.Consumer<Options.Builder> options,
            java.util.function.Supplier<RawClient> knocking)
            throws IOException, InterruptedException {
        DeploymentKeys keys = new DeploymentKeys(system.folder(), plan.mode());
        Connection callout = keys.connect(system.server(), "callout", options);
        try (RawClient raw = knocking.get()) {
            Subscription questions = callout.subscribe("$SYS.REQ.USER.AUTH", "countersign");
            callout.flush(PATIENCE);
            raw.sendConnect(system.connect(fields(kind, raw)));
            Message question = questions.nextMessage(PATIENCE);
            if (question == null) {
                throw new IOException("%s %s: the server asked nothing".formatted(plan, kind));
            }
            return recording(system, plan, kind, question, keys);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new IOException("%s: no flush".formatted(plan), e);
        } finally {
            callout.close();
        }
    }

    private Map<String, Object> fields(Recording.Client kind, RawClient raw) {
        Map<String, Object> fields = new HashMap<>(ABOUT);
        switch (kind) {
            case TOKEN, TOKEN_OVER_TLS -> fields.put("auth_token", Recording.TOKEN);
            case PASSWORD -> {
                fields.put("user", Recording.USER);
                fields.put("pass", Recording.PASSWORD);
            }
            case NKEY -> {
                byte[] nonce = raw.nonce().orElseThrow().getBytes(StandardCharsets.US_ASCII);
                fields.put("nkey", client.key().text());
                fields.put(
                        "sig",
                        Base64.getUrlEncoder().withoutPadding().encodeToString(client.sign(nonce)));
            }
        }
        return fields;
    }

    private Recording recording(
            Deployment system,
            Deployment.Plan plan,
            Recording.Client kind,
            Message question,
            DeploymentKeys keys)
            throws IOException {
        Headers headers = question.getHeaders();
        List<String> xkeys =
                headers == null || headers.get("Nats-Server-Xkey") == null
                        ? List.of()
                        : List.copyOf(headers.get("Nats-Server-Xkey"));
        JsonNode claims = claims(question.getData(), xkeys, keys);
        Path folder = system.folder().resolve("keys");
        return new Recording(
                claims.path("nats").path("server_id").path("version").asText(),
                plan.mode() == Deployment.Mode.OPERATOR ? Shape.Mode.OPERATOR : Shape.Mode.STATIC,
                plan.sealed() ? Shape.Box.SEALED : Shape.Box.CLEAR,
                kind,
                Instant.ofEpochSecond(claims.path("iat").asLong()),
                claims.path("sub").asText(),
                plan.sealed() ? Files.readString(folder.resolve("xkey.nk")).strip() : "",
                plan.mode() == Deployment.Mode.STATIC
                        ? Files.readString(folder.resolve("issuer.nk")).strip()
                        : "",
                client.key().text(),
                xkeys,
                question.getData());
    }

    /** What the server says, read without our own reader. */
    private static JsonNode claims(byte[] payload, List<String> xkeys, DeploymentKeys keys)
            throws IOException {
        byte[] jwt = payload;
        if (!xkeys.isEmpty()) {
            try {
                jwt = keys.xkey().open(payload, NKey.parse(xkeys.getFirst(), NKeyType.CURVE));
            } catch (BoxRefused | InvalidKey e) {
                throw new IOException("a request of a real server does not open", e);
            }
        }
        String text = new String(jwt, StandardCharsets.US_ASCII);
        return JSON.readTree(Base64.getUrlDecoder().decode(text.split("\\.", -1)[1]));
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
