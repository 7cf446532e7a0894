// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Counted;
import io.countersign.audit.Credential;
import io.countersign.audit.Server;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What a table of entries can show beside time, outcome and who: the choice is the viewer's. */
public enum Column {
    REASON("Reason", AuditEntry::reason, ""),
    ADDRESS("Address", e -> e.client().map(Client::address).orElse(""), "address"),
    ACCOUNT("Account", AuditEntry::account, "account"),
    RULE("Rule", AuditEntry::rule, "rule"),
    SERVER("Server", e -> e.server().map(Server::name).orElse(""), ""),
    INSTANCE("Instance", AuditEntry::instance, ""),
    SOURCE("Source", AuditEntry::source, ""),
    CREDENTIAL("Credential", e -> e.credential().map(Credential::kind).orElse(""), ""),
    CLIENT("Client", e -> e.client().map(Column::client).orElse(""), ""),
    TYPE("Type", e -> e.client().map(Client::type).orElse(""), ""),
    REVISION("Revision", AuditEntry::revision, "revision"),
    TOOK("Took", e -> e.took().isEmpty() ? "" : Shown.millis(sum(e)), ""),
    TIMES("Times", e -> e.counted().map(Counted::count).map("×%,d"::formatted).orElse(""), ""),
    DETAIL("Detail", AuditEntry::detail, ""),
    SENTENCE("In words", _ -> "", "");

    static final List<Column> DEFAULT = List.of(REASON, ADDRESS, ACCOUNT, SERVER);

    private final String title;
    private final Function<AuditEntry, String> value;
    private final String page;

    Column(String title, Function<AuditEntry, String> value, String page) {
        this.title = title;
        this.value = value;
        this.page = page;
    }

    public String title() {
        return title;
    }

    /** Its word in {@code cols}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As the index has it: not yet harmless. */
    String of(AuditEntry entry) {
        return value.apply(entry);
    }

    String link(AuditEntry entry) {
        return page.isEmpty() ? "" : Links.subject(page, of(entry));
    }

    /** The choice of {@code cols}; empty if a word of it is none. */
    static Optional<List<Column>> parse(String text) {
        if (text.isBlank()) {
            return Optional.of(DEFAULT);
        }
        List<String> words = Arrays.asList(text.split(","));
        List<Column> chosen =
                Arrays.stream(values()).filter(c -> words.contains(c.word())).toList();
        return chosen.size() == words.size() ? Optional.of(chosen) : Optional.empty();
    }

    private static String client(Client client) {
        return (client.name() + " " + client.language() + " " + client.version()).strip();
    }

    private static long sum(AuditEntry entry) {
        return entry.took().values().stream().mapToLong(Long::longValue).sum();
    }
}
