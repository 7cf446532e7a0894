// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/** What was seen at one place, or why nothing could be seen there: both are told. */
sealed interface Look<T> {
    record Seen<T>(T thing) implements Look<T> {}

    /** In words that follow "not looked at: …, because". */
    record Hidden<T>(String why) implements Look<T> {}

    /** Asks something that may not answer. */
    @FunctionalInterface
    interface Question<T, U> {
        U ask(T of) throws IOException;
    }

    static <T> Look<T> seen(T value) {
        return new Seen<>(value);
    }

    static <T> Look<T> hidden(String why) {
        return new Hidden<>(why);
    }

    default Optional<T> value() {
        return switch (this) {
            case Seen<T>(T thing) -> Optional.of(thing);
            case Hidden<T> _ -> Optional.empty();
        };
    }

    /** Why it was hidden; empty if it was seen. */
    default String why() {
        return switch (this) {
            case Seen<T> _ -> "";
            case Hidden<T>(String why) -> why;
        };
    }

    default <U> Look<U> map(Function<T, U> function) {
        return switch (this) {
            case Seen<T>(T thing) -> seen(function.apply(thing));
            case Hidden<T>(String why) -> hidden(why);
        };
    }

    /** As {@link #map}; no answer hides what was asked for. */
    default <U> Look<U> ask(Question<T, U> question) {
        return switch (this) {
            case Seen<T>(T thing) -> {
                try {
                    yield seen(question.ask(thing));
                } catch (IOException e) {
                    yield hidden(String.valueOf(e.getMessage()));
                }
            }
            case Hidden<T>(String why) -> hidden(why);
        };
    }
}
