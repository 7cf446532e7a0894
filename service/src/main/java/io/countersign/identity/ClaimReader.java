// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes somebody of the claims of a token that has been verified. Thread-safe. */
@FunctionalInterface
public interface ClaimReader {
    Reading read(Map<String, Object> claims);

    /** What came of it. */
    sealed interface Reading {
        record Read(String name, Set<String> groups, Map<String, List<String>> attributes)
                implements Reading {}

        /**
         * The token is good, and not for us.
         *
         * @param detail without values that the token has
         */
        record Refused(String detail) implements Reading {}
    }
}
