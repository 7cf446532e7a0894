// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.BadEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Kind;
import io.countersign.audit.Server;
import io.countersign.protocol.ConnectionType;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Logins that really happened, from entries as {@code audit export} writes them: one for each
 * principal, address, kind of connection and server, however often it came. Only those of proven
 * principals: the others did not fail at the policy.
 */
final class LoggedLogins {
    private LoggedLogins() {}

    /** Whose login, and from where: what the policy can tell apart. */
    private record Likeness(String principal, String address, String type, String server) {}

    /**
     * Reads a file of JSON lines.
     *
     * @throws CommandFailed with file and line, if one is no entry
     */
    static List<LoginQuestion> read(Path file, Instant now) {
        Map<Likeness, LoginQuestion> distinct = new LinkedHashMap<>();
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                AuditEntry entry = entry(file, number, line);
                if (entry.kind() == Kind.DECISION && !entry.principal().isEmpty()) {
                    distinct.putIfAbsent(likeness(entry), question(entry, now));
                }
            }
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.USAGE, file + ": cannot be read: " + unreadable.getMessage());
        }
        return List.copyOf(distinct.values());
    }

    private static AuditEntry entry(Path file, int number, String line) {
        try {
            return AuditEntry.decode(line.getBytes(StandardCharsets.UTF_8));
        } catch (BadEntry refused) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "%s:%d: %s (expected: an entry as audit export writes it)"
                            .formatted(file.getFileName(), number, refused.getMessage()));
        }
    }

    private static Likeness likeness(AuditEntry entry) {
        return new Likeness(
                entry.principal(),
                entry.client().map(Client::address).orElse(""),
                entry.client().map(client -> client.kind() + client.type()).orElse(""),
                entry.server().map(Server::name).orElse(""));
    }

    /** The same login again, at another time. */
    static LoginQuestion question(AuditEntry entry, Instant now) {
        String[] principal = entry.principal().split(":", 2);
        Optional<Client> client = entry.client();
        Optional<Server> server = entry.server();
        return new LoginQuestion(
                principal[0],
                principal.length == 2 ? principal[1] : "",
                List.of(),
                Map.of(),
                client.map(Client::address).orElse(""),
                client.flatMap(LoggedLogins::connection).orElse(ConnectionType.STANDARD),
                Optional.empty(),
                client.map(Client::mqttId).orElse(""),
                client.map(Client::name).orElse(""),
                false,
                new LoginQuestion.Server(
                        server.map(Server::name).orElse(""),
                        server.map(Server::cluster).orElse(""),
                        List.of()),
                now);
    }

    private static Optional<ConnectionType> connection(Client client) {
        String word =
                client.kind().equalsIgnoreCase("leafnode")
                        ? ConnectionType.LEAFNODE.word()
                        : client.type();
        return Arrays.stream(ConnectionType.values())
                .filter(type -> type.word().equalsIgnoreCase(word))
                .findFirst();
    }
}
