// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Counted;
import io.countersign.audit.Kind;
import io.countersign.audit.Server;
import io.countersign.identity.HostAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What an entry can be searched by. The one place that says which value of an entry answers which
 * field of the query language.
 */
final class Facts {
    private static final int MOST_WORDS = 64;

    private final AuditEntry entry;
    private final Map<Field, List<String>> values = new EnumMap<>(Field.class);
    private final Optional<HostAddress> address;

    Facts(AuditEntry entry) {
        this.entry = entry;
        this.address = entry.client().flatMap(c -> HostAddress.parse(c.address()));
        add(Field.OUTCOME, outcome(entry));
        add(Field.REASON, entry.reason());
        add(Field.ACCOUNT, entry.account());
        add(Field.RULE, entry.rule());
        add(Field.SOURCE, entry.source());
        add(Field.INSTANCE, entry.instance());
        add(Field.SESSION, entry.session());
        add(Field.REVISION, entry.revision());
        add(Field.BY, entry.by());
        people();
        entry.server().ifPresent(this::server);
        entry.client().ifPresent(this::client);
        entry.credential().ifPresent(c -> add(Field.CREDENTIAL, c.kind()));
        if (entry.counted().isPresent()) {
            add(Field.IS, "repeated");
        }
        if (!entry.degraded().isEmpty()) {
            add(Field.IS, "degraded");
        }
        if (entry.shadow().isPresent()) {
            add(Field.IS, "shadow");
        }
    }

    static String outcome(AuditEntry entry) {
        return entry.kind() == Kind.DECISION ? entry.decision() : entry.kind().word();
    }

    private void people() {
        String principal = entry.principal();
        String bare = principal.substring(principal.indexOf(':') + 1);
        add(Field.USER, bare);
        if (!bare.equals(principal)) {
            add(Field.USER, principal);
        }
        add(Field.PRINCIPAL, principal);
        entry.presented()
                .ifPresent(p -> {
                    if (!p.name().equals(bare)) {
                        add(Field.USER, p.name());
                    }
                    add(Field.PRESENTED, p.name());
                });
    }

    private void server(Server server) {
        add(Field.SERVER, server.name());
        add(Field.SERVER, server.id());
        add(Field.CLUSTER, server.cluster());
    }

    private void client(Client client) {
        add(Field.CLIENT, client.name());
        add(Field.LANG, client.language());
        add(Field.VERSION, client.version());
        add(Field.KIND, client.kind());
        add(Field.TYPE, client.type());
        add(Field.MQTT, client.mqttId());
        if (client.cid() != 0) {
            entry.server()
                    .ifPresent(s -> {
                        add(Field.CID, s.name().isEmpty() ? "" : s.name() + "/" + client.cid());
                        add(Field.CID, s.id().isEmpty() ? "" : s.id() + "/" + client.cid());
                    });
        }
    }

    private void add(Field field, String value) {
        if (!value.isEmpty()) {
            values.computeIfAbsent(field, _ -> new ArrayList<>(2)).add(value);
        }
    }

    /** The value of a field that is counted; empty if it has none. */
    String column(Field field) {
        if (field == Field.ADDR) {
            return address.map(HostAddress::toString).orElse("");
        }
        List<String> some = values.get(field);
        return some == null ? "" : some.getFirst();
    }

    /** All tokens but those of scope and of what is learned later. */
    void tokens(Consumer<String> tokens) {
        values.forEach((field, some) -> {
            some.forEach(value -> tokens.accept(Token.of(field, value)));
            tokens.accept(Token.exists(field));
        });
        address.ifPresent(a -> {
            Token.address(a).forEach(tokens);
            tokens.accept(Token.exists(Field.ADDR));
        });
        entry.credential()
                .filter(c -> !c.fingerprint().isEmpty())
                .ifPresent(c -> tokens.accept(Token.fingerprint(c.fingerprint())));
        if (!entry.took().isEmpty()) {
            tokens.accept(Token.exists(Field.TOOK));
        }
        if (entry.counted().isPresent()) {
            tokens.accept(Token.exists(Field.COUNT));
        }
        words(tokens);
    }

    private void words(Consumer<String> tokens) {
        int left = MOST_WORDS;
        for (String text : Words.texts(entry)) {
            List<String> words = text.isEmpty() ? List.of() : Words.of(text);
            for (int i = 0; i < words.size() && left > 0; i++, left--) {
                tokens.accept(Token.word(words.get(i)));
                if (i > 0) {
                    tokens.accept(Token.pair(words.get(i - 1), words.get(i)));
                }
            }
        }
    }

    /** The numbers of an entry by the name of their column: microseconds, and how many. */
    Map<String, Long> numbers() {
        Map<String, Long> numbers = new TreeMap<>();
        if (!entry.took().isEmpty()) {
            if (entry.kind() == Kind.DECISION) {
                numbers.put(numbers(Field.TOOK, ""), sum(entry));
            }
            entry.took()
                    .forEach((stage, micros) -> numbers.put(numbers(Field.TOOK, stage), micros));
        }
        entry.counted()
                .map(Counted::count)
                .ifPresent(n -> numbers.put(numbers(Field.COUNT, ""), n));
        return numbers;
    }

    private static long sum(AuditEntry entry) {
        return entry.took().values().stream().mapToLong(Long::longValue).sum();
    }

    /** The name of the column that holds numbers of that field. */
    static String numbers(Field field, String part) {
        return (char) field.code() + "." + part;
    }

    /** The word of {@code verdict:} for what a server did; empty if the entry is no verdict. */
    static String verdict(AuditEntry entry) {
        if (entry.kind() != Kind.VERDICT) {
            return "";
        }
        return switch (entry.decision()) {
            case "refused-by-server" -> "refused";
            case "timed-out" -> "timeout";
            default -> entry.decision();
        };
    }

    /** Tokens whose first occurrence makes an entry {@code is:first}. */
    List<String> firsts() {
        if (entry.kind() != Kind.DECISION) {
            return List.of();
        }
        List<String> firsts = new ArrayList<>(2);
        if (!entry.principal().isEmpty()) {
            firsts.add(Token.of(Field.PRINCIPAL, entry.principal()));
        }
        address.ifPresent(a -> firsts.add(Token.whole(a)));
        return firsts;
    }
}
