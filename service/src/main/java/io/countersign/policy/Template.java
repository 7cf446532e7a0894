// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A text with variables, like {@code telemetry.{{name}}.>}. Every value has to be a {@link
 * SafeToken}, so whatever a client is called, the result has as many tokens as the text in the
 * file. Values are put in once and never looked at again for variables.
 */
final class Template {
    /** Texts that one template may become (attributes with several values). */
    static final int MAX_TEXTS = 64;

    private final List<Part> parts;
    private final SequencedSet<Variable> variables;

    /** A piece of a template. */
    private sealed interface Part {
        record Literal(String text) implements Part {}

        record Value(Variable variable) implements Part {}
    }

    private Template(List<Part> parts) {
        this.parts = List.copyOf(parts);
        this.variables = new LinkedHashSet<>();
        for (Part part : parts) {
            if (part instanceof Part.Value(Variable variable)) {
                variables.add(variable);
            }
        }
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException what is wrong with it, for a person
     */
    static Template parse(String text) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int open = text.indexOf("{{", at);
            String literal = open < 0 ? text.substring(at) : text.substring(at, open);
            if (literal.contains("}}")) {
                throw new IllegalArgumentException("}} without {{");
            }
            if (!literal.isEmpty()) {
                parts.add(new Part.Literal(literal));
            }
            if (open < 0) {
                break;
            }
            int close = text.indexOf("}}", open);
            if (close < 0) {
                throw new IllegalArgumentException("{{ without }}");
            }
            parts.add(new Part.Value(variable(text.substring(open + 2, close).strip())));
            at = close + 2;
        }
        return new Template(parts);
    }

    private static Variable variable(String name) {
        Optional<Variable> variable = Variable.parse(name);
        return variable.orElseThrow(() ->
                new IllegalArgumentException(
                        "unknown template variable: {{%s}} (expected: %s)"
                                .formatted(name, Variable.KNOWN)));
    }

    /** Variables, in the order of the text. */
    SequencedSet<Variable> variables() {
        return variables;
    }

    boolean isLiteral() {
        return variables.isEmpty();
    }

    /** With the same stand-in for every variable. */
    String with(String standIn) {
        return fill(_ -> standIn);
    }

    /**
     * All texts that it stands for with a client: one for each choice of a value for each variable.
     * A variable that stands twice has the same value in both places.
     *
     * @throws UnsafeValue if a variable has no value or an unsafe one, or there are too many texts
     */
    List<String> expand(Facts facts) throws UnsafeValue {
        List<Map<Variable, String>> choices = List.of(Map.of());
        for (Variable variable : variables) {
            List<String> values = safeValues(variable, facts);
            if ((long) choices.size() * values.size() > MAX_TEXTS) {
                throw new UnsafeValue(
                        "{{%s}}: more than %d subjects".formatted(variable.text(), MAX_TEXTS));
            }
            List<Map<Variable, String>> longer = new ArrayList<>();
            for (Map<Variable, String> choice : choices) {
                for (String value : values) {
                    Map<Variable, String> one = new LinkedHashMap<>(choice);
                    one.put(variable, value);
                    longer.add(one);
                }
            }
            choices = longer;
        }
        return choices.stream().map(choice -> fill(choice::get)).toList();
    }

    private static List<String> safeValues(Variable variable, Facts facts) throws UnsafeValue {
        List<String> values = variable.values(facts).stream().distinct().toList();
        if (values.isEmpty()) {
            throw new UnsafeValue("{{%s}}: has no value".formatted(variable.text()));
        }
        for (String value : values) {
            Optional<String> objection = SafeToken.objection(value);
            if (objection.isPresent()) {
                throw new UnsafeValue(
                        "{{%s}}: %s (expected: one subject token)"
                                .formatted(variable.text(), objection.get()));
            }
        }
        return values;
    }

    private String fill(Function<Variable, @Nullable String> values) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Literal(String literal) -> text.append(literal);
                case Part.Value(Variable variable) -> text.append(values.apply(variable));
            }
        }
        return text.toString();
    }
}
