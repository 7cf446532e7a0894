// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import io.countersign.identity.Cidr;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a revocation names. The codes are part of the record's form and never change. */
public enum RevocationKind {
    /** {@code source:name}. */
    PRINCIPAL(1, "principal"),
    /** Keyed fingerprint of a credential, as in audit entries. */
    CREDENTIAL(2, "credential"),
    /** The {@code jti} of a token. */
    TOKEN(3, "token"),
    /** Who issued a token. */
    ISSUER(4, "issuer"),
    /** The account that a policy grants. */
    ACCOUNT(5, "account"),
    /** An address or a network. */
    ADDRESS(6, "address"),
    /** The MQTT client id. */
    CLIENT(7, "client"),
    /** The user nkey of the question that let a session in. */
    SESSION(8, "session"),
    /** Everything issued before a time (RFC 3339), sessions of ours among it. */
    ISSUED_BEFORE(9, "issued-before");

    private static final List<RevocationKind> ALL = List.of(values());
    private static final Pattern NAMED = Pattern.compile("[^:\\s]+:.+");
    private static final Pattern FINGERPRINT = Pattern.compile("[a-z2-7]{26}");
    private static final Pattern USER_KEY = Pattern.compile("U[A-Z2-7]{55}");
    private static final Pattern SOMETHING = Pattern.compile("(?s).+");

    private final int code;
    private final String word;

    RevocationKind(int code, String word) {
        this.code = code;
        this.word = word;
    }

    int code() {
        return code;
    }

    /** Stable word for commands and entries. */
    public String word() {
        return word;
    }

    /** The kind of a word. */
    public static Optional<RevocationKind> of(String word) {
        for (RevocationKind kind : values()) {
            if (kind.word.equals(word)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    static Optional<RevocationKind> ofCode(int code) {
        // The codes count up from 1.
        return code < 1 || code > ALL.size() ? Optional.empty() : Optional.of(ALL.get(code - 1));
    }

    /**
     * The one form of a value that is compared: networks without ambiguity, times in UTC.
     *
     * @throws IllegalArgumentException with what was expected
     */
    public String canonical(String value) {
        return switch (this) {
            case PRINCIPAL -> matching(value, NAMED, "source:name");
            case CREDENTIAL -> matching(value, FINGERPRINT, "26 letters of base32");
            case SESSION -> matching(value, USER_KEY, "a user nkey");
            case TOKEN, ISSUER, ACCOUNT, CLIENT -> matching(value, SOMETHING, "a value");
            case ADDRESS -> Cidr.parse(value).toString();
            case ISSUED_BEFORE -> instant(value);
        };
    }

    private String instant(String value) {
        try {
            return Instant.parse(value).toString();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    word + ": " + value + " (expected: a time such as 2026-03-01T12:00:00Z)", e);
        }
    }

    private String matching(String value, Pattern pattern, String expected) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    word + ": " + value + " (expected: " + expected + ")");
        }
        return value;
    }
}
