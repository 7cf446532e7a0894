// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * All instances at one moment.
 *
 * @param instances that answered
 * @param silent that did not, by name, or how many where names are not known
 */
public record Fleet(List<InstanceKeys> instances, List<String> silent) {
    public Fleet {
        instances =
                instances.stream().sorted(Comparator.comparing(InstanceKeys::instance)).toList();
        silent = List.copyOf(silent);
    }

    /** Why not every instance has a key in force; empty if every one has. */
    Optional<String> lacking(KeyKind kind, String key) {
        return not(it -> it.keys(kind).contains(key), "has not loaded " + key);
    }

    /** Why not every instance has let go of keys; empty if every one has. */
    Optional<String> holding(KeyKind kind, List<String> keys) {
        return not(
                it -> it.keys(kind).stream().noneMatch(keys::contains),
                "still has " + String.join(", ", keys));
    }

    /** Who is not as it should be: nobody may be silent, because a silent one may come back. */
    Optional<String> not(Predicate<InstanceKeys> good, String otherwise) {
        List<String> lines = new ArrayList<>();
        silent.forEach(name -> lines.add("instance " + name + ": does not answer"));
        if (instances.isEmpty() && silent.isEmpty()) {
            lines.add("no instance answers (expected: all of them running)");
        }
        for (InstanceKeys it : instances) {
            if (!good.test(it)) {
                lines.add("instance " + it.instance() + ": " + otherwise);
                it.refusedFiles().forEach(problem -> lines.add("    its files: " + problem));
            }
        }
        return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", lines));
    }

    /** The newest that any instance saw of a start of a server. */
    Optional<ServerUse> newest(Predicate<ServerUse> of) {
        return instances.stream()
                .flatMap(it -> it.servers().stream())
                .filter(of)
                .max(Comparator.comparing(ServerUse::at));
    }
}
