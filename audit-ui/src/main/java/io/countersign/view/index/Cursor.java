// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

/** Where a page begins. Cursors are ids of entries, so they mean the same on every replica. */
public sealed interface Cursor {
    Cursor NEWEST = new Newest();
    Cursor OLDEST = new Oldest();

    /** The newest ones. */
    record Newest() implements Cursor {}

    /** The oldest ones. */
    record Oldest() implements Cursor {}

    /** Those next to an entry that are older. */
    record OlderThan(String id) implements Cursor {}

    /** Those next to an entry that are newer. */
    record NewerThan(String id) implements Cursor {}

    /** What the parameters {@code before} and {@code after} of a URL say; one of them is empty. */
    static Cursor of(String before, String after) {
        if (!before.isEmpty()) {
            return new OlderThan(before);
        }
        return after.isEmpty() ? NEWEST : new NewerThan(after);
    }
}
