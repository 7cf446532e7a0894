// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Collects all problems of one load, so that an operator sees everything at once. Not thread-safe:
 * one load, one collector.
 */
public final class Problems {
    /** No place is called this: what is wrong is the file as a whole. */
    private static final String WHOLE_FILE = "*";

    private final TreeSet<Problem> found = new TreeSet<>();

    /** Asked for every value of a file, so a file full of problems must not make it slow. */
    private final Set<Place> touched = new HashSet<>();

    /** Where something is wrong, there or inside of it. */
    private record Place(Path file, String path) {}

    /** Takes a problem; the same one twice counts once. */
    public void add(Problem problem) {
        found.add(problem);
        String path = problem.path().isEmpty() ? WHOLE_FILE : problem.path();
        touched.add(new Place(problem.file(), path));
        around(problem.path()).forEach(place -> touched.add(new Place(problem.file(), place)));
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
        return !found.isEmpty()
                && (touched.contains(new Place(file, WHOLE_FILE))
                        || touched.contains(new Place(file, path.toString())));
    }

    /** Every place that contains this one: {@code a.b[2]} is in {@code a.b}, {@code a} and "". */
    private static List<String> around(String path) {
        List<String> places = new ArrayList<>();
        for (int i = 0; i < path.length(); i++) {
            if (i == 0 || path.charAt(i) == '.' || path.charAt(i) == '[') {
                places.add(path.substring(0, i));
            }
        }
        return places;
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
