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
        return switch (this) {
            case PREPARE -> Optional.of(PUBLISH);
            case PUBLISH -> Optional.of(ROLL);
            case ROLL -> Optional.of(RETIRE);
            case RETIRE -> Optional.empty();
        };
    }

    /** From 1. */
    int number() {
        return switch (this) {
            case PREPARE -> 1;
            case PUBLISH -> 2;
            case ROLL -> 3;
            case RETIRE -> 4;
        };
    }
}
