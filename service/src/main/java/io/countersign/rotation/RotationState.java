// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How far a rotation has come: what the next run has to know, and nothing that is secret.
 *
 * @param of the account whose key it is; empty where there is only one key of the kind
 * @param next the step that is not done yet
 * @param fresh the new key
 * @param old the keys that it takes the place of; at least one
 * @param rolled when everybody had been told to use the new one
 */
public record RotationState(
        KeyKind kind,
        String of,
        Instant started,
        Step next,
        PlacedKey fresh,
        List<PlacedKey> old,
        Optional<Instant> rolled) {
    private static final int MOST_OLD = 16;

    public RotationState {
        old = List.copyOf(old);
        requireLine("of", of);
        if (old.isEmpty() || old.size() > MOST_OLD) {
            throw new IllegalArgumentException("old: " + old.size() + " (expected: 1 to 16)");
        }
        if (old.stream().anyMatch(it -> it.name().equals(fresh.name()))) {
            throw new IllegalArgumentException(
                    "new key: is an old one, too (expected: another one)");
        }
    }

    /**
     * A key, by what may be seen of it.
     *
     * @param name its public half
     * @param place where its secret half is: a path from the folder of the configuration, or as the
     *     configuration names it
     */
    public record PlacedKey(String name, String place) {
        public PlacedKey {
            requireLine("key", name);
            requireLine("place", place);
            if (name.isEmpty() || name.indexOf(' ') >= 0 || place.isEmpty()) {
                throw new IllegalArgumentException("key: not one (expected: key and place)");
            }
        }
    }

    /** Names of the old keys. */
    List<String> oldNames() {
        return old.stream().map(PlacedKey::name).toList();
    }

    /** With the new key as it was made: its name is known only then. */
    RotationState with(PlacedKey made) {
        return new RotationState(kind, of, started, next, made, old, rolled);
    }

    RotationState at(Step step) {
        return new RotationState(kind, of, started, step, fresh, old, rolled);
    }

    RotationState rolledAt(Instant time) {
        return new RotationState(kind, of, started, next, fresh, old, Optional.of(time));
    }

    /** It is written as one line, and read back without what surrounds it. */
    private static void requireLine(String what, String text) {
        if (!text.equals(text.strip()) || text.codePoints().anyMatch(RotationState::breaks)) {
            throw new IllegalArgumentException(what + ": (expected: one line of plain text)");
        }
    }

    private static boolean breaks(int c) {
        return Character.isISOControl(c)
                || c == 0x2028
                || c == 0x2029
                || Character.getType(c) == Character.SURROGATE;
    }
}
