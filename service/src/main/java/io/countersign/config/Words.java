// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Enum constants as the words of our files: lower case with hyphens. */
final class Words {
    private Words() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static <E extends Enum<E>> Optional<E> find(Class<E> words, String text) {
        return Arrays.stream(words.getEnumConstants())
                .filter(constant -> of(constant).equals(text))
                .findFirst();
    }
}
