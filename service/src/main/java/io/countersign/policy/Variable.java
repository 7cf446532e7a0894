// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.List;
import java.util.Optional;

/** What may stand between {@code {{} and {@code }}} in a subject or tag. */
sealed interface Variable {
    /** For problems: what there is. */
    String KNOWN = "name, source, client-id or attribute.<key>";

    /** As it is written in the file. */
    String text();

    /** Values that a client has for it; none if it has none. */
    List<String> values(Facts facts);

    /** The proven name. */
    record Name() implements Variable {
        @Override
        public String text() {
            return "name";
        }

        @Override
        public List<String> values(Facts facts) {
            return List.of(facts.name());
        }
    }

    /** The authenticator that proved it. */
    record Source() implements Variable {
        @Override
        public String text() {
            return "source";
        }

        @Override
        public List<String> values(Facts facts) {
            return List.of(facts.source());
        }
    }

    /** The MQTT client id: chosen by the client, proven by nobody. */
    record ClientId() implements Variable {
        @Override
        public String text() {
            return "client-id";
        }

        @Override
        public List<String> values(Facts facts) {
            return List.of(facts.clientId());
        }
    }

    /** An attribute of the principal: one subject for each of its values. */
    record Attribute(String key) implements Variable {
        @Override
        public String text() {
            return "attribute." + key;
        }

        @Override
        public List<String> values(Facts facts) {
            return facts.attribute(key);
        }
    }

    /** By its text in the file; empty if there is none of that name. */
    static Optional<Variable> parse(String text) {
        return switch (text) {
            case "name" -> Optional.of(new Name());
            case "source" -> Optional.of(new Source());
            case "client-id" -> Optional.of(new ClientId());
            default ->
                    text.startsWith("attribute.") && text.length() > "attribute.".length()
                            ? Optional.of(new Attribute(text.substring("attribute.".length())))
                            : Optional.empty();
        };
    }
}
