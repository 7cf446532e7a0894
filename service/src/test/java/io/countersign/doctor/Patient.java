// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.identity.Secret;
import io.countersign.kit.Deployment;
import io.countersign.kit.NatsServer;
import io.countersign.kit.Wait;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/** A whole system that faults are made in, and that recovers from them. Not thread-safe. */
final class Patient {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Deployment system;
    private final Map<Path, byte[]> saved = new HashMap<>();
    private final Surroundings surroundings = new Surroundings(Map.of(), Optional.of("a"));
    private boolean isServerChanged;
    private boolean isServerStale;

    Patient(Deployment system) {
        this.system = system;
    }

    Path file(String name) {
        return system.folder().resolve(name);
    }

    /** An instance that runs with the files as they are now. */
    Instance instance() throws Exception {
        Instance instance = started();
        try {
            instance.ready().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception | AssertionError e) {
            // Left running, it would hold the trail's lock, and every later test would fail too.
            instance.close();
            throw e;
        }
        return instance;
    }

    /** One that never gets ready, because the server refuses its subscription. */
    Instance refusedInstance() throws Exception {
        restartIfStale();
        int before = connectionsEver();
        Instance instance = started();
        try {
            Wait.until("it has connected", PATIENCE, () -> connectionsEver() > before);
            assertThat(instance.ready()).isNotDone();
        } catch (Exception | AssertionError e) {
            instance.close();
            throw e;
        }
        return instance;
    }

    private Instance started() throws Exception {
        restartIfStale();
        return Instance.start(system.configuration(), surroundings);
    }

    private int connectionsEver() {
        return system.server().monitor("/varz").path("total_connections").asInt();
    }

    /** Another instance beside the first, with a configuration of its own. */
    Instance second(String name, UnaryOperator<String> change) throws Exception {
        String text = Files.readString(system.configuration());
        Path other = file("other.yaml");
        Files.writeString(other, change.apply(text) + "audit:\n  directory: other-audit\n");
        Instance instance = Instance.start(other, new Surroundings(Map.of(), Optional.of(name)));
        try {
            instance.ready().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception | AssertionError e) {
            instance.close();
            throw e;
        }
        return instance;
    }

    /** The server, started again with another configuration. */
    void serverWith(UnaryOperator<String> change) throws IOException {
        Path conf = system.server().configuration();
        byte[] old = Files.readAllBytes(conf);
        saved.putIfAbsent(conf, old);
        Files.writeString(conf, change.apply(new String(old, StandardCharsets.UTF_8)));
        isServerChanged = true;
        isServerStale = false;
        system.server().restart();
    }

    /** Once for two tests that follow one another and change the server. */
    private void restartIfStale() {
        if (isServerStale) {
            isServerStale = false;
            system.server().restart();
        }
    }

    /** In one of our files. */
    void replace(String name, String old, String with) throws IOException {
        String text = Files.readString(file(name));
        assertThat(text).containsPattern(old);
        write(name, text.replaceFirst(old, with).getBytes(StandardCharsets.UTF_8));
    }

    void write(String name, byte[] content) throws IOException {
        if (Files.exists(file(name))) {
            saved.putIfAbsent(file(name), Files.readAllBytes(file(name)));
        }
        Files.write(file(name), content);
    }

    /** A new key in place of this one. */
    void anotherKey(String name, NKeyType type) throws Exception {
        Path other = file(name + ".other");
        Files.deleteIfExists(other);
        try (Seed seed = Seed.generate(type, RANDOM)) {
            seed.write(other);
        }
        write(name, Files.readAllBytes(other));
    }

    static NKey fresh(NKeyType type) {
        try (Seed seed = Seed.generate(type, RANDOM)) {
            return seed.publicKey();
        }
    }

    void withoutSystem() throws IOException {
        replace("countersign.yaml", "(?m)^  system:.*$", "");
    }

    /** Everything as it was, and nobody connected. */
    void recover() throws IOException {
        for (Map.Entry<Path, byte[]> each : saved.entrySet()) {
            Files.write(each.getKey(), each.getValue());
        }
        saved.clear();
        isServerStale |= isServerChanged;
        isServerChanged = false;
        Wait.until(
                "all gone",
                PATIENCE,
                () -> system.server().monitor("/connz").path("num_connections").asInt() == 0);
    }

    /** The user of users.yaml. */
    Doctor.Client alice() throws IOException {
        return client("alice", system.password("alice"), sentinel());
    }

    static Doctor.Client client(String user, String password, Optional<byte[]> creds) {
        return new Doctor.Client(
                Optional.of(user), Optional.of(Secret.of(password)), Optional.empty(), creds);
    }

    Optional<byte[]> sentinel() throws IOException {
        Path creds = file("creds/sentinel.creds");
        return Files.exists(creds) ? Optional.of(Files.readAllBytes(creds)) : Optional.empty();
    }

    /** With the invented client, and the sentinel where there is one. */
    Diagnosis visit() throws Exception {
        return visit(invented());
    }

    private Doctor.Client invented() throws IOException {
        return new Doctor.Client(Optional.empty(), Optional.empty(), Optional.empty(), sentinel());
    }

    Diagnosis visit(Doctor.Client client) throws Exception {
        return visit(client, Clock.systemUTC());
    }

    Diagnosis visit(Doctor.Client client, Clock clock) throws Exception {
        return visit(client, clock, List.of(), Optional.empty());
    }

    /** With the servers' files in the doctor's hands. */
    Diagnosis visitWithFiles() throws Exception {
        List<Path> files = system.servers().stream().map(NatsServer::configuration).toList();
        return visit(invented(), Clock.systemUTC(), files, Optional.empty());
    }

    Diagnosis visit(SSLContext tls) throws Exception {
        return visit(invented(), Clock.systemUTC(), List.of(), Optional.of(tls));
    }

    private Diagnosis visit(
            Doctor.Client client, Clock clock, List<Path> files, Optional<SSLContext> tls)
            throws Exception {
        restartIfStale();
        return new Doctor(new Secrets(Map.of()), clock, RANDOM)
                .examine(
                        new Doctor.Order(
                                ServiceConfig.load(system.configuration(), surroundings),
                                system.configuration(),
                                List.of(),
                                files,
                                client,
                                tls,
                                Duration.ofSeconds(20),
                                true));
    }

    static List<String> ids(Diagnosis diagnosis) {
        return diagnosis.findings().stream().map(Finding::id).toList();
    }
}
