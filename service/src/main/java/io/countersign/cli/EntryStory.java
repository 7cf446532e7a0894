// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Credential;
import io.countersign.audit.Presented;
import io.countersign.audit.Server;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells an entry to a person: what was decided, about whom, why, and what came of it. */
final class EntryStory {
    private final EntryLookup found;
    private final PrintWriter out;

    EntryStory(EntryLookup found, PrintWriter out) {
        this.found = found;
        this.out = out;
    }

    void print() {
        AuditEntry entry = found.entry();
        String decision = entry.decision().isEmpty() ? entry.kind().word() : entry.decision();
        String reason = entry.reason().isEmpty() ? "" : ": " + entry.reason();
        out.println("%s%s (%s)".formatted(decision, reason, entry.id()));
        row("when", entry.time() + ", by instance " + PlainText.of(entry.instance()));
        row("who", who(entry));
        row("credential", entry.credential().map(Credential::kind).orElse(""));
        row("from", entry.client().map(EntryStory::client).orElse(""));
        row("through", entry.server().map(EntryStory::server).orElse(""));
        row("account", entry.account());
        row("rule", entry.rule());
        row("detail", entry.detail());
        row("shadow", entry.shadow().map(it -> "the shadow policy " + it).orElse(""));
        row("expires", entry.expires().map(Object::toString).orElse(""));
        row("took", took(entry.took()));
        row("degraded", String.join(", ", entry.degraded()));
        row("revision", entry.revision());
        for (AuditEntry later : found.later()) {
            row("then", later(later));
        }
    }

    private void row(String name, String text) {
        if (!text.isEmpty()) {
            out.println("  %-12s%s".formatted(name, PlainText.of(text)));
        }
    }

    private static String who(AuditEntry entry) {
        Optional<String> claimed =
                entry.presented().map(Presented::name).filter(name -> !name.isEmpty());
        if (!entry.principal().isEmpty()) {
            return entry.principal();
        }
        return claimed.map(name -> "claimed to be \"" + name + "\"").orElse("unknown");
    }

    private static String client(Client client) {
        List<String> parts = new ArrayList<>();
        parts.add(client.address().isEmpty() ? "an unknown address" : client.address());
        parts.add(client.type().isEmpty() ? client.kind() : client.type());
        if (!client.name().isEmpty()) {
            parts.add("\"" + client.name() + "\"");
        }
        if (!client.language().isEmpty()) {
            parts.add((client.language() + " " + client.version()).strip());
        }
        return String.join(", ", parts);
    }

    private static String server(Server server) {
        String name = server.name().isEmpty() ? server.id() : server.name();
        return server.cluster().isEmpty() ? name : name + " of " + server.cluster();
    }

    private static String took(Map<String, Long> stages) {
        return stages.entrySet().stream()
                .map(stage -> stage.getKey() + " " + stage.getValue() + " µs")
                .collect(Collectors.joining(", "));
    }

    private static String later(AuditEntry entry) {
        String what = entry.decision().isEmpty() ? entry.reason() : entry.decision();
        String detail = entry.detail().isEmpty() ? "" : ": " + entry.detail();
        return "%s %s%s".formatted(entry.time(), what, detail);
    }
}
