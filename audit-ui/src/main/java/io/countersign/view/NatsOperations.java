// SPDX-License-Identifier: Apache-2.0
package io.countersign.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.nats.AdminClient;
import io.countersign.nats.NatsTarget;
import io.countersign.view.web.Operations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;

/** Admin requests over the operations account, a connection each: acts are rare. Thread-safe. */
final class NatsOperations implements Operations {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final NatsTarget target;
    private final Signer signer;
    private final String cluster;
    private final Clock clock;

    private NatsOperations(NatsTarget target, Signer signer, String cluster, Clock clock) {
        this.target = target;
        this.signer = signer;
        this.cluster = cluster;
        this.clock = clock;
    }

    /**
     * With the view's own key.
     *
     * @throws IOException if the file is not the seed of a user, readable by its owner alone
     */
    static NatsOperations with(NatsTarget target, Path key, String cluster, Clock clock)
            throws IOException {
        return new NatsOperations(target, signer(key), cluster, clock);
    }

    /** The key of a user, from the file of its seed. */
    static Signer signer(Path key) throws IOException {
        try (Seed seed = Seed.read(key)) {
            if (seed.publicKey().type() != NKeyType.USER) {
                throw new IOException(key + ": expected the seed of a user (SU…)");
            }
            return Ed25519.best().signer(seed);
        } catch (InvalidKey e) {
            throw new IOException(key + ": " + e.getMessage(), e);
        }
    }

    @Override
    public boolean isThere() {
        return true;
    }

    @Override
    public JsonNode ask(String verb, ObjectNode body, String onBehalfOf, String once)
            throws IOException, InterruptedException {
        byte[] bytes = JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
        try (AdminClient client =
                AdminClient.connect(target, signer, cluster, new SecureRandom(), clock)) {
            return JSON.readTree(client.request(verb, bytes, PATIENCE, once, onBehalfOf));
        }
    }
}
