// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What one can search by: the word of the query language and the column that answers it. */
public enum Field {
    OUTCOME("outcome", "outcome", "allow, deny, drop, act, verdict, reload or start"),
    REASON("reason", "reason", "a reason code, for example bad-credential"),
    USER("user", "usr", "a name, proven or claimed"),
    PRINCIPAL("principal", "principal", "a proven principal, for example users:alice"),
    PRESENTED("presented", "presented", "a name that was only claimed"),
    ADDR("addr", "addr", "an address or a network, for example 10.0.0.0/8"),
    ACCOUNT("account", "account", "an account"),
    RULE("rule", "rule", "a rule of the policy"),
    SOURCE("source", "source", "an authenticator"),
    INSTANCE("instance", "instance", "an instance of Countersign"),
    SERVER("server", "server", "a NATS server's name or id"),
    LANG("lang", "lang", "a client language, for example go"),
    CREDENTIAL("credential", "credential", "a kind, for example password"),
    BY("by", "actor", "who acted"),
    SESSION("session", "session", "a session's user nkey"),
    REVISION("revision", "revision", "a policy revision"),
    ID("id", "id", "an entry's id");

    /** Fields whose values are counted beside the results. */
    public static final List<Field> FACETS =
            List.of(OUTCOME, REASON, ACCOUNT, RULE, SOURCE, INSTANCE, SERVER, LANG);

    private final String word;
    private final String column;
    private final String expected;

    Field(String word, String column, String expected) {
        this.word = word;
        this.column = column;
        this.expected = expected;
    }

    /** Its word in the query language. */
    public String word() {
        return word;
    }

    /** What its values are, for help and errors. */
    public String expected() {
        return expected;
    }

    String column() {
        return column;
    }

    static Optional<Field> of(String word) {
        String wanted =
                word.equalsIgnoreCase("decision") ? "outcome" : word.toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).filter(field -> field.word.equals(wanted)).findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(Field::word).collect(Collectors.joining(", "));
    }
}
