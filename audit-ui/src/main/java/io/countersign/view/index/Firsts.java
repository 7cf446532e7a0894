// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Principals and addresses of late, so that the database need not be asked whether an entry is the
 * first of its kind. Used by one thread.
 */
final class Firsts {
    private static final int MOST = 100_000;

    private final Map<String, Boolean> known =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                    return size() > MOST;
                }
            };

    boolean isKnown(String token) {
        return known.get(token) != null;
    }

    void remember(String token) {
        known.put(token, true);
    }

    void clear() {
        known.clear();
    }
}
