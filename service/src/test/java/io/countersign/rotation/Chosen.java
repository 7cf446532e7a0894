// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the command is given; nothing, and no patience, unless a test says so. */
final class Chosen {
    private List<Path> servers = List.of();
    private Set<String> checked = Set.of();
    private Optional<Path> operatorKey = Optional.empty();
    private Path adminKey = Path.of("keys/admin-requests.nk");
    private Duration quiet = Duration.ofSeconds(60);
    private Duration patience = Duration.ZERO;
    private boolean isDry;

    static Choices nothing() {
        return new Chosen().choices();
    }

    Chosen servers(Path... files) {
        servers = List.of(files);
        return this;
    }

    Chosen checked(String... names) {
        checked = Set.of(names);
        return this;
    }

    Chosen operatorKey(Path file) {
        operatorKey = Optional.of(file);
        return this;
    }

    Chosen adminKey(Path file) {
        adminKey = file;
        return this;
    }

    Chosen quiet(Duration time) {
        quiet = time;
        return this;
    }

    Chosen patient() {
        patience = Duration.ofMinutes(1);
        return this;
    }

    Chosen dry() {
        isDry = true;
        return this;
    }

    Choices choices() {
        return new Choices(
                Optional.empty(),
                servers,
                checked,
                Optional.empty(),
                Optional.empty(),
                quiet,
                operatorKey,
                adminKey,
                patience,
                isDry);
    }
}
