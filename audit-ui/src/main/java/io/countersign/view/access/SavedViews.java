// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import java.io.IOException;
import java.util.List;

/** Searches that people gave a name; each person sees their own. Thread-safe. */
public interface SavedViews {
    /** So many may one person have. */
    int MOST = 50;

    int LONGEST_NAME = 80;
    int LONGEST_LINK = 2_000;

    /**
     * A search.
     *
     * @param link path and query of the Explorer
     */
    record SavedView(String name, String link) {
        /** Longer ones, or links elsewhere, are a mistake of the caller. */
        public SavedView {
            boolean isGood =
                    !name.isBlank()
                            && name.length() <= LONGEST_NAME
                            && name.codePoints().noneMatch(Character::isISOControl)
                            && link.length() <= LONGEST_LINK
                            && link.matches("/explore(\\?[!-~]*)?");
            if (!isGood) {
                throw new IllegalArgumentException("no view: " + name.length() + " characters");
            }
        }
    }

    /** Of a person, by name. */
    List<SavedView> of(Viewer viewer);

    /**
     * Keeps a search, in place of one with the same name.
     *
     * @return false if the person has as many as may be
     */
    boolean save(Viewer viewer, SavedView view) throws IOException;

    /** Forgets a search; one that is not there, nothing happens. */
    void forget(Viewer viewer, String name) throws IOException;
}
