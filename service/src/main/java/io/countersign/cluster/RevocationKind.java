// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import io.countersign.identity.Cidr;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

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
        for (RevocationKind kind : values()) {
            if (kind.code == code) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /**
     * The one form of a value that is compared: networks without ambiguity, times in UTC.
     *
     * @throws IllegalArgumentException with what was expected
     */
    public String canonical(String value) {
        return switch (this) {
            case PRINCIPAL -> matching(value, "[^:\\s]+:.+", "source:name");
            case CREDENTIAL -> matching(value, "[a-z2-7]{26}", "26 letters of base32");
            case SESSION -> matching(value, "U[A-Z2-7]{55}", "a user nkey");
            case TOKEN, ISSUER, ACCOUNT, CLIENT -> matching(value, "(?s).+", "a value");
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

    private String matching(String value, String pattern, String expected) {
        if (!value.matches(pattern)) {
            throw new IllegalArgumentException(
                    word + ": " + value + " (expected: " + expected + ")");
        }
        return value;
    }
}
