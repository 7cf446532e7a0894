// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import io.countersign.rotation.RotationStopped.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Static mode: xkey and issuer stand in the file of each server, which takes another one only at a
 * start. Which key a server has is told by its requests and by nothing else, so a server that has
 * not asked since its start is one that we do not know.
 */
final class StaticSteps extends ListedKeySteps {
    StaticSteps(KeyKind kind, Workbench bench) {
        super(kind, bench);
    }

    @Override
    String rollPlan(RotationState state) {
        StringBuilder lines =
                new StringBuilder(
                        "In the file of each NATS server, in authorization { auth_callout { … } }, replace\n");
        state.oldNames().forEach(old -> lines.append("  ").append(line(old)).append('\n'));
        lines.append("by\n  ").append(line(state.fresh().name())).append('\n');
        if (!bench().choices().servers().isEmpty()) {
            lines.append("(done by this command in ");
            lines.append(
                    String.join(
                            ", ",
                            bench().choices().servers().stream().map(Path::toString).toList()));
            lines.append(")\n");
        }
        return lines.append(
                        """
                        and restart that server, one after the other: a reload does not take it.
                          nats-server --signal ldm=PID    # wait until it has ended, then start it again
                        This command waits until a login came from every server with the new key.\
                        """)
                .toString();
    }

    private String line(String key) {
        return kind().word() + ": \"" + key + "\"";
    }

    @Override
    RotationState roll(RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        for (Path file : bench().choices().servers()) {
            replace(file, state);
        }
        bench().await("every server asks with the new key", () -> needed(state));
        return state.rolledAt(bench().clock().instant());
    }

    /** A public key stands in a file once, and means nothing else there. */
    private void replace(Path file, RotationState state) throws IOException, RotationStopped {
        String fresh = state.fresh().name();
        boolean isChanged =
                ReplacedFile.change(
                        file,
                        text -> {
                            String changed = text;
                            for (String old : state.oldNames()) {
                                changed = changed.replace(old, fresh);
                            }
                            return changed.equals(text) ? Optional.empty() : Optional.of(changed);
                        });
        if (isChanged) {
            bench().tell("ok: " + file + " has the new key; restart its server");
        } else if (!Files.readString(file).contains(fresh)) {
            throw new RotationStopped(
                    Why.USAGE,
                    "%s: has none of %s (expected: the file of a server with it)"
                            .formatted(file, String.join(", ", state.oldNames())));
        }
    }

    @Override
    Optional<String> needed(RotationState state) throws IOException, InterruptedException {
        Fleet fleet = bench().reach().instances();
        List<String> lines = new ArrayList<>();
        fleet.not(_ -> true, "").ifPresent(lines::add);
        Optional<Reach.Servers> servers = bench().reach().servers();
        if (servers.isPresent()) {
            lines.addAll(servers.get().missing());
            servers.get().present().forEach(server -> judge(server, fleet, state, lines));
        } else {
            unlisted(fleet, state, lines);
        }
        return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", lines));
    }

    private void judge(Reach.Server server, Fleet fleet, RotationState state, List<String> lines) {
        Optional<ServerUse> use = fleet.newest(it -> it.id().equals(server.id()));
        if (use.isPresent()) {
            has(server.name(), use.get().key(kind()), state).ifPresent(lines::add);
        } else if (!bench().choices().checked().contains(server.name())) {
            lines.add(
                    "server %s: nobody has logged in there since it started; make a login, or look at its file and say --checked %s"
                            .formatted(server.name(), server.name()));
        }
    }

    private Optional<String> has(String server, String key, RotationState state) {
        if (key.equals(state.fresh().name())) {
            return Optional.empty();
        }
        return Optional.of(
                "server %s: asks with %s%s"
                        .formatted(
                                server,
                                key.isEmpty() ? "no " + kind().word() : key,
                                state.oldNames().contains(key) ? ", the old one" : ""));
    }

    /** Without the system account a server is known by its logins alone, each start by its last. */
    private void unlisted(Fleet fleet, RotationState state, List<String> lines) {
        Map<String, ServerUse> last = new HashMap<>();
        fleet.instances().stream()
                .flatMap(it -> it.servers().stream())
                .forEach(use ->
                        last.merge(use.name(), use, (a, b) -> a.at().isAfter(b.at()) ? a : b));
        if (last.isEmpty()) {
            lines.add("no server has asked (expected: logins; nats.system would list servers)");
        }
        new TreeMap<>(last)
                .forEach((name, use) -> has(name, use.key(kind()), state).ifPresent(lines::add));
    }
}
