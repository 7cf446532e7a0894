// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Collects all problems of one load, so that an operator sees everything at once. Not thread-safe:
 * one load, one collector.
 */
public final class Problems {
    private final TreeSet<Problem> found = new TreeSet<>();

    /** Takes a problem; the same one twice counts once. */
    public void add(Problem problem) {
        found.add(problem);
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** By file and line. */
    public List<Problem> list() {
        return List.copyOf(found);
    }

    /**
     * Whether something is already known to be wrong at this place or inside of it: who reads on
     * there must neither complain a second time nor trust the value.
     */
    public boolean touch(Path file, KeyPath path) {
        String here = path.toString();
        return found.stream()
                .filter(problem -> problem.file().equals(file))
                .anyMatch(problem -> isAtOrInside(problem.path(), here));
    }

    private static boolean isAtOrInside(String place, String here) {
        if (place.isEmpty()) {
            return true; // the file as a whole
        }
        return place.startsWith(here)
                && (place.length() == here.length()
                        || here.isEmpty()
                        || place.charAt(here.length()) == '.'
                        || place.charAt(here.length()) == '[');
    }

    /**
     * Ends the load if anything was found.
     *
     * @throws ConfigInvalid with all problems
     */
    public void throwIfAny() {
        if (!isEmpty()) {
            throw new ConfigInvalid(list());
        }
    }

    /** One line a problem and a closing line that counts them. */
    static String report(List<Problem> problems) {
        return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"))
                + (problems.size() == 1
                        ? "\n1 problem. Nothing was loaded."
                        : "\n" + problems.size() + " problems. Nothing was loaded.");
    }

    @Override
    public String toString() {
        return isEmpty() ? "no problems" : report(list());
    }
}
