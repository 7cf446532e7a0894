// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.doctor.ServerFile.CalloutBlock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Looks at each of the servers' files in the same way. */
final class ServerFiles {
    private ServerFiles() {}

    /** What one file shows, together with all others that show something. */
    static Optional<Sign> each(
            Evidence it, Function<ServerFile, Optional<String>> seen, String mend) {
        List<String> found =
                it.files().servers().stream()
                        .flatMap(file ->
                                seen
                                        .apply(file)
                                        .map(what -> file.path().getFileName() + ": " + what)
                                        .stream())
                        .toList();
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(new Sign(String.join("; ", found), mend));
    }

    /** Static mode: what their {@code auth_callout} shows. */
    static Optional<Sign> eachCallout(Evidence it, FileAndBlock seen, String mend) {
        return it.isOperator()
                ? Optional.empty()
                : each(it, file -> file.callout().flatMap(block -> seen.look(file, block)), mend);
    }

    /** Judges one block. */
    @FunctionalInterface
    interface FileAndBlock {
        Optional<String> look(ServerFile file, CalloutBlock block);
    }

    /** Names in order; empty if there are none. */
    static Optional<String> list(Set<String> what, String before) {
        return what.isEmpty()
                ? Optional.empty()
                : Optional.of(before + String.join(", ", new TreeSet<>(what)));
    }
}
