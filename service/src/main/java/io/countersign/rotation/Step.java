// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The steps of every rotation, in their order. */
public enum Step {
    /** The new key is made; nobody knows it. */
    PREPARE,
    /** Who will have to understand the new key learns it; nobody uses it. */
    PUBLISH,
    /** Everybody comes to use the new key; the old one is still good. */
    ROLL,
    /** Nobody uses the old key any more, and it goes. */
    RETIRE;

    /** As people write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Step> of(String word) {
        return Arrays.stream(values()).filter(it -> it.word().equals(word)).findFirst();
    }

    /** Empty after the last one. */
    Optional<Step> next() {
        return ordinal() + 1 < values().length
                ? Optional.of(values()[ordinal() + 1])
                : Optional.empty();
    }
}
