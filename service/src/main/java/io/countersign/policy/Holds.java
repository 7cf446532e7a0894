// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

/**
 * An expression of the policy's author holds. It does not count as a condition on who the client
 * is, whatever it looks at: {@code principal.name != ""} holds for everybody.
 *
 * @param text the expression: equal texts hold for the same clients
 * @param expression the same, compiled
 */
record Holds(String text, Expression expression) implements Condition {
    static Holds of(String text) {
        return new Holds(text, Expression.compile(text));
    }

    @Override
    public Match test(Question question) {
        return expression.test(question);
    }

    @Override
    public Aspect aspect() {
        return Aspect.EXPRESSION;
    }

    @Override
    public String expected() {
        return text;
    }

    @Override
    public String found(Question question) {
        String failure = expression.failure(question);
        return failure.isEmpty()
                ? expression.test(question) == Match.YES ? "true" : "false"
                : failure;
    }

    /** Compiled twice, an expression is still the same question. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Holds it && it.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
