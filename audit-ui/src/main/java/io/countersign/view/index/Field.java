// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What one can search by: the word of the query language, and how its values are kept. */
public enum Field {
    OUTCOME("outcome", 'o', Form.CODE, "allow, deny, drop, act, verdict, reload or start"),
    REASON("reason", 'r', Form.CODE, "a reason code, for example bad-credential"),
    USER("user", 'u', Form.NAME, "a name, proven or claimed"),
    PRINCIPAL("principal", 'p', Form.NAME, "a proven principal, for example users:alice"),
    PRESENTED("presented", 'q', Form.NAME, "a name that was only claimed"),
    ADDR("addr", 'a', Form.ADDRESS, "an address or a network, for example 10.0.0.0/8"),
    ACCOUNT("account", 'c', Form.NAME, "an account"),
    RULE("rule", 'l', Form.NAME, "a rule of the policy"),
    SOURCE("source", 's', Form.NAME, "an authenticator"),
    INSTANCE("instance", 'i', Form.NAME, "an instance of Countersign"),
    SERVER("server", 'v', Form.NAME, "a NATS server's name or id"),
    CLUSTER("cluster", 'k', Form.NAME, "a NATS cluster's name"),
    CID("cid", 'd', Form.NAME, "a connection as server/number, for example n2/118"),
    CLIENT("client", 'n', Form.TEXT, "a client's name, for example orders*"),
    LANG("lang", 'g', Form.TEXT, "a client language, for example go"),
    VERSION("version", 'b', Form.TEXT, "a client library's version, for example 1.47*"),
    KIND("kind", 'K', Form.TEXT, "a kind of client, for example client or leafnode"),
    TYPE("type", 'T', Form.TEXT, "nats, websocket or mqtt"),
    MQTT("mqtt", 'm', Form.NAME, "an MQTT client id"),
    CREDENTIAL("credential", 'C', Form.CREDENTIAL, "a kind, for example password, or fp:3f9a…"),
    BY("by", 'y', Form.NAME, "who acted"),
    SESSION("session", 'e', Form.NAME, "a session's user nkey"),
    REVISION("revision", 'R', Form.NAME, "a policy revision"),
    VERDICT("verdict", 'V', Form.CODE, "accepted, refused, timeout, gone or ended"),
    IS("is", 'I', Form.CODE, "first, repeated, degraded, shadow or unproven"),
    TOOK("took", 't', Form.DURATION, "a duration, for example >500ms or 100..500ms"),
    COUNT("count", '#', Form.NUMBER, "a number, for example >10"),
    SEQ("seq", 'Q', Form.PLACE, "a place in a log: 17, 10..20 or LOG/17"),
    ID("id", 'D', Form.ID, "an entry's id");

    /** Fields whose values are counted beside the results. */
    public static final List<Field> FACETS =
            List.of(OUTCOME, REASON, ACCOUNT, RULE, SOURCE, INSTANCE, SERVER, LANG);

    /** Fields that are kept as a column, so that values can be counted. */
    static final List<Field> COLUMNS =
            List.of(
                    OUTCOME,
                    REASON,
                    ACCOUNT,
                    RULE,
                    SOURCE,
                    INSTANCE,
                    SERVER,
                    LANG,
                    USER,
                    ADDR,
                    CREDENTIAL,
                    REVISION);

    private static final Map<String, String> ALIASES =
            Map.of(
                    "decision",
                    "outcome",
                    "address",
                    "addr",
                    "language",
                    "lang",
                    "duration",
                    "took");

    /** How values of a field are written, kept and compared. */
    enum Form {
        /** Lower case, from a fixed list. */
        CODE,
        /** Exact, case kept; an ending {@code *} stands for any ending. */
        NAME,
        /** As a name, but case does not matter. */
        TEXT,
        ADDRESS,
        CREDENTIAL,
        DURATION,
        NUMBER,
        PLACE,
        ID
    }

    private final String word;
    private final char code;
    private final Form form;
    private final String expected;

    Field(String word, char code, Form form, String expected) {
        this.word = word;
        this.code = code;
        this.form = form;
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

    /** True if its values can be counted: facets, histograms, top lists. */
    public boolean isCounted() {
        return COLUMNS.contains(this);
    }

    /** First byte of its tokens. */
    byte code() {
        return (byte) code;
    }

    Form form() {
        return form;
    }

    /** True if values are compared by size. */
    boolean isNumeric() {
        return form == Form.DURATION || form == Form.NUMBER || form == Form.PLACE;
    }

    /** The field of a word, or of one of its aliases. */
    public static Optional<Field> of(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        String wanted = ALIASES.getOrDefault(lower, lower);
        return Arrays.stream(values()).filter(field -> field.word.equals(wanted)).findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(Field::word).collect(Collectors.joining(", "));
    }
}
