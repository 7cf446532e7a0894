// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

/** Kinds of credentials, as audit entries name them. */
public enum CredentialKind {
    PASSWORD("password"),
    TOKEN("token"),
    NKEY("nkey"),
    CERTIFICATE("certificate"),
    /** A name alone, as servers ask after a reload (reference 7.6). */
    SESSION("session"),
    NONE("none");

    private final String word;

    CredentialKind(String word) {
        this.word = word;
    }

    /** Stable word for entries and metrics. */
    public String word() {
        return word;
    }
}
