// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup.conf;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value of a server's configuration, with variables and included files put in. Immutable. */
public sealed interface ConfNode {
    /** Where its key stands, or the value itself in a list. */
    Place place();

    /**
     * A line of a file.
     *
     * @param file name without its folder
     * @param line from 1
     */
    record Place(String file, int line) {
        @Override
        public String toString() {
            return file + ":" + line;
        }
    }

    /** A text, quoted or not; it may be a password, so it prints as {@code [redacted]}. */
    record Text(Place place, String value) implements ConfNode {
        @Override
        public String toString() {
            return "Text[" + place + ", redacted]";
        }
    }

    /** A whole number, its suffix ({@code 1k}, {@code 1MB}) worked out. */
    record Whole(Place place, long value) implements ConfNode {}

    /** {@code true}, {@code yes}, {@code on} and their opposites. */
    record Flag(Place place, boolean value) implements ConfNode {}

    /** A list. */
    record Items(Place place, List<ConfNode> items) implements ConfNode {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** A mapping, in the order of the file; of two equal keys the later one counts. */
    record Entries(Place place, Map<String, ConfNode> entries) implements ConfNode {
        public Entries {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        /** The value under any of these names, whatever their case, as servers look options up. */
        public Optional<ConfNode> find(String... names) {
            Optional<ConfNode> found = Optional.empty();
            for (Map.Entry<String, ConfNode> entry : entries.entrySet()) {
                for (String name : names) {
                    if (entry.getKey().equalsIgnoreCase(name)) {
                        found = Optional.of(entry.getValue());
                    }
                }
            }
            return found;
        }

        /** The mapping under any of these names. */
        public Optional<Entries> mapping(String... names) {
            return find(names).filter(Entries.class::isInstance).map(Entries.class::cast);
        }

        /** The text under any of these names. */
        public Optional<String> text(String... names) {
            return find(names).filter(Text.class::isInstance).map(node -> ((Text) node).value());
        }
    }
}
