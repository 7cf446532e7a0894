// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
        /**
         * The same in operator mode, where servers put the sentinel's JWT beside what the client
         * presents: 1.5 KB of claims.
         */
        SENTINEL,
        /**
         * The small one over mutual TLS: two RSA certificates in the verified chain, 7 KB of
         * claims.
         */
        LARGE
    }

    /** Whether the client deserves to be let in. */
    public enum Ask {
        ALLOW,
        DENY
    }

    /** Each that there is, in a stable order: there are no sentinels in static mode. */
    public static List<Shape> all() {
        List<Shape> all = new ArrayList<>();
        for (Mode mode : Mode.values()) {
            for (Box box : Box.values()) {
                for (Size size : Size.values()) {
                    if (mode == Mode.STATIC && size == Size.SENTINEL) {
                        continue;
                    }
                    for (Ask ask : Ask.values()) {
                        all.add(new Shape(mode, box, size, ask));
                    }
                }
            }
        }
        return all;
    }

    /** As it stands in names of figures. */
    String title() {
        return "%s %s %s %s".formatted(mode, box, size, ask).toLowerCase(Locale.ROOT);
    }

    /** The one that the budgets speak of. */
    public static final Shape USUAL = new Shape(Mode.OPERATOR, Box.SEALED, Size.SMALL, Ask.ALLOW);
}
