// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.callout.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.identity.Secret;
import io.countersign.kit.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A whole system, and the doctor's visit to it. */
record Patient(Deployment system, Clock clock) {
    static Patient of(Deployment system) {
        return new Patient(system, Clock.systemUTC());
    }

    Path file(String name) {
        return system.folder().resolve(name);
    }

    /** The invented client, with the sentinel where there is one. */
    Diagnosis visit() throws Exception {
        return visit(
                new Doctor.Client(
                        Optional.empty(), Optional.empty(), Optional.empty(), sentinel()));
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

    Diagnosis visit(Doctor.Client client) throws Exception {
        Surroundings surroundings = new Surroundings(Map.of(), Optional.of("doctor"));
        return new Doctor(new Secrets(Map.of()), clock, new SecureRandom())
                .examine(
                        ServiceConfig.load(system.configuration(), surroundings),
                        client,
                        Optional.empty(),
                        Duration.ofSeconds(20));
    }

    void replace(String name, String old, String with) throws IOException {
        String text = Files.readString(file(name));
        assertThat(text).containsPattern(old);
        Files.writeString(file(name), text.replaceFirst(old, with));
    }

    static List<String> ids(Diagnosis diagnosis) {
        return diagnosis.findings().stream().map(Finding::id).toList();
    }
}
