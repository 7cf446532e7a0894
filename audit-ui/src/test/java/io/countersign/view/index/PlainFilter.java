// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Kind;
import io.countersign.audit.Server;
import io.countersign.identity.Cidr;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a query means, said a second time without any index. */
final class PlainFilter {
    private final Set<String> seen = new HashSet<>();
    private final Map<UUID, Boolean> first = new HashMap<>();
    private final Map<UUID, Set<String>> verdicts = new HashMap<>();
    private final Map<UUID, String> scopes = new HashMap<>();

    PlainFilter(List<AuditEntry> entries) {
        for (AuditEntry entry : entries) {
            boolean isFirst = false;
            if (entry.kind() == Kind.DECISION) {
                isFirst = !entry.principal().isEmpty() && seen.add("p" + entry.principal());
                isFirst |= entry.client().isPresent() && seen.add("a" + address(entry));
            }
            first.put(entry.id(), isFirst);
            entry.refersTo()
                    .filter(_ -> entry.kind() == Kind.VERDICT)
                    .ifPresent(id ->
                            verdicts.computeIfAbsent(id, _ -> new HashSet<>())
                                    .add(
                                            entry.decision().equals("refused-by-server")
                                                    ? "refused"
                                                    : entry.decision()));
            scopes.put(
                    entry.id(),
                    entry.refersTo()
                            .map(id -> scopes.getOrDefault(id, ""))
                            .orElse(entry.account()));
        }
    }

    boolean matches(Search search, AuditEntry entry) {
        return !entry.time().isBefore(search.range().from())
                && entry.time().isBefore(search.range().to())
                && search.scope().allows(scopes.getOrDefault(entry.id(), ""))
                && all(search.query().terms(), entry);
    }

    private boolean all(List<Query.Term> terms, AuditEntry entry) {
        return terms.stream().allMatch(term -> holds(term, entry) != term.negated());
    }

    private boolean holds(Query.Term term, AuditEntry entry) {
        return switch (term) {
            case Query.Has(var field, var values, var _) ->
                    values.stream().anyMatch(value -> has(field, value, entry));
            case Query.Exists(var field, var _) -> !values(field, entry).isEmpty();
            case Query.Word(var word, var _) -> word(word, entry);
            case Query.Group(var either, var _) ->
                    either.stream().anyMatch(some -> all(some, entry));
            case Query.Between between -> {
                Long value = number(between, entry);
                yield value != null
                        && value >= between.least().orElse(0)
                        && value <= between.most().orElse(Long.MAX_VALUE);
            }
        };
    }

    private static @Nullable Long number(Query.Between term, AuditEntry entry) {
        return switch (term.field()) {
            case SEQ -> entry.seq();
            case COUNT -> entry.counted().map(c -> c.count()).orElse(null);
            default ->
                    !term.part().isEmpty()
                            ? entry.took().get(term.part())
                            : entry.took().isEmpty()
                                    ? null
                                    : Long.valueOf(
                                            entry.took().values().stream()
                                                    .mapToLong(Long::longValue)
                                                    .sum());
        };
    }

    private boolean has(Field field, String value, AuditEntry entry) {
        Set<String> values = values(field, entry);
        if (field == Field.ADDR) {
            return values.stream().anyMatch(Cidr.parse(value)::contains);
        }
        if (field == Field.CREDENTIAL && value.startsWith("fp:")) {
            return entry.credential()
                    .filter(c -> c.fingerprint().startsWith(value.substring(3)))
                    .isPresent();
        }
        boolean fold =
                Set.of(Field.CLIENT, Field.LANG, Field.VERSION, Field.KIND, Field.TYPE)
                        .contains(field);
        String wanted = fold ? value.toLowerCase(Locale.ROOT) : value;
        return values.stream()
                .map(v -> fold ? v.toLowerCase(Locale.ROOT) : v)
                .anyMatch(v ->
                        wanted.endsWith("*")
                                ? v.startsWith(wanted.substring(0, wanted.length() - 1))
                                : v.equals(wanted));
    }

    private Set<String> values(Field field, AuditEntry entry) {
        Set<String> all = new TreeSet<>();
        String bare = entry.principal().substring(entry.principal().indexOf(':') + 1);
        String presented = entry.presented().map(p -> p.name()).orElse("");
        switch (field) {
            case OUTCOME ->
                    all.add(entry.kind() == Kind.DECISION ? entry.decision() : entry.kind().word());
            case REASON -> all.add(entry.reason());
            case USER -> all.addAll(List.of(bare, presented, entry.principal()));
            case PRINCIPAL -> all.add(entry.principal());
            case PRESENTED -> all.add(presented);
            case ADDR -> all.add(address(entry));
            case ACCOUNT -> all.add(entry.account());
            case RULE -> all.add(entry.rule());
            case SOURCE -> all.add(entry.source());
            case INSTANCE -> all.add(entry.instance());
            case SERVER -> entry.server().ifPresent(s -> all.addAll(List.of(s.name(), s.id())));
            case CLUSTER -> all.add(entry.server().map(Server::cluster).orElse(""));
            case CID ->
                    entry.server()
                            .ifPresent(s ->
                                    entry.client()
                                            .ifPresent(c ->
                                                    all.addAll(
                                                            List.of(
                                                                    s.name() + "/" + c.cid(),
                                                                    s.id() + "/" + c.cid()))));
            case CLIENT -> all.add(entry.client().map(Client::name).orElse(""));
            case LANG -> all.add(entry.client().map(Client::language).orElse(""));
            case VERSION -> all.add(entry.client().map(Client::version).orElse(""));
            case KIND -> all.add(entry.client().map(Client::kind).orElse(""));
            case TYPE -> all.add(entry.client().map(Client::type).orElse(""));
            case MQTT -> all.add(entry.client().map(Client::mqttId).orElse(""));
            case CREDENTIAL -> all.add(entry.credential().map(c -> c.kind()).orElse(""));
            case BY -> all.add(entry.by());
            case SESSION -> all.add(entry.session());
            case REVISION -> all.add(entry.revision());
            case VERDICT -> all.addAll(verdicts.getOrDefault(entry.id(), Set.of()));
            case ID -> all.add(entry.id().toString());
            case IS -> states(entry, all);
            case TOOK -> all.addAll(entry.took().keySet());
            case COUNT -> all.add(entry.counted().map(Object::toString).orElse(""));
            case SEQ -> all.add(entry.log() + "/" + entry.seq());
        }
        all.remove("");
        return all;
    }

    private void states(AuditEntry entry, Set<String> all) {
        if (first.getOrDefault(entry.id(), false)) {
            all.add("first");
        }
        if (entry.counted().isPresent()) {
            all.add("repeated");
        }
        if (!entry.degraded().isEmpty()) {
            all.add("degraded");
        }
        if (entry.shadow().isPresent()) {
            all.add("shadow");
        }
        all.add("unproven"); // no checkpoint is given in these tests
    }

    private static String address(AuditEntry entry) {
        return entry.client().map(Client::address).orElse("");
    }

    private static boolean word(String word, AuditEntry entry) {
        List<String> words = Words.of(word);
        if (words.size() == 1) {
            return Words.contain(entry, words, word.endsWith("*"));
        }
        for (int i = 1; i < words.size(); i++) {
            if (!Words.contain(
                    entry,
                    words.subList(i - 1, i + 1),
                    word.endsWith("*") && i == words.size() - 1)) {
                return false;
            }
        }
        return true;
    }
}
