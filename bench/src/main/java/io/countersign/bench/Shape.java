// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

/** What kind of login is measured. */
public record Shape(Mode mode, Box box, Size size, Ask ask) {
    /** How servers know accounts. */
    public enum Mode {
        OPERATOR,
        STATIC
    }

    /** Whether requests and answers go in boxes. */
    public enum Box {
        SEALED,
        CLEAR
    }

    /** Of the request. */
    public enum Size {
        /** A Go client with a token: 0.8 KB of claims. */
        SMALL,
        /** The same over mutual TLS: two RSA certificates in the verified chain, 7 KB of claims. */
        LARGE
    }

    /** Whether the client deserves to be let in. */
    public enum Ask {
        ALLOW,
        DENY
    }

    /** The one that the budgets speak of. */
    public static final Shape USUAL = new Shape(Mode.OPERATOR, Box.SEALED, Size.SMALL, Ask.ALLOW);
}
