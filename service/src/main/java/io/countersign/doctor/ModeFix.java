// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A file that is open to others than it should be: the one thing that the doctor may mend itself,
 * because it takes rights away and nothing else.
 *
 * @param has its mode now
 * @param takes away
 */
public record ModeFix(Path file, Set<PosixFilePermission> has, Set<PosixFilePermission> takes) {
    private static final Set<PosixFilePermission> FOR_OTHERS =
            EnumSet.range(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_EXECUTE);
    private static final Set<PosixFilePermission> WRITING =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final Set<PosixFilePermission> BY_ANYBODY =
            EnumSet.range(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_EXECUTE);

    public ModeFix {
        has = Set.copyOf(has);
        takes = Set.copyOf(takes);
    }

    /** A secret: nobody but its owner may do anything. */
    static Optional<ModeFix> secret(Path file) {
        return of(file, FOR_OTHERS);
    }

    /** With hashes of passwords in it: not for everybody, and nobody else may write it. */
    static Optional<ModeFix> confidential(Path file) {
        Set<PosixFilePermission> takes = EnumSet.copyOf(BY_ANYBODY);
        takes.addAll(WRITING);
        return of(file, takes);
    }

    /** It decides who gets in: nobody else may write it. */
    static Optional<ModeFix> decisive(Path file) {
        return of(file, WRITING);
    }

    /** Empty if nothing is to be taken, or the file system has no such modes. */
    private static Optional<ModeFix> of(Path file, Set<PosixFilePermission> unwanted) {
        try {
            Set<PosixFilePermission> has = Files.getPosixFilePermissions(file);
            Set<PosixFilePermission> takes = EnumSet.copyOf(unwanted);
            takes.retainAll(has);
            return takes.isEmpty() ? Optional.empty() : Optional.of(new ModeFix(file, has, takes));
        } catch (IOException | UnsupportedOperationException e) {
            // What cannot be looked at is for those to tell who need the file.
            return Optional.empty();
        }
    }

    /** {@code rw-r--r--}. */
    String mode() {
        return PosixFilePermissions.toString(has);
    }

    /** The command that does the same. */
    public String command() {
        int octal = 0;
        for (PosixFilePermission each : PosixFilePermission.values()) {
            boolean isKept = has.contains(each) && !takes.contains(each);
            octal = octal * 2 + (isKept ? 1 : 0);
        }
        return "chmod %o %s".formatted(octal, file);
    }

    /** Does it. */
    public void apply() throws IOException {
        Set<PosixFilePermission> kept = EnumSet.noneOf(PosixFilePermission.class);
        kept.addAll(Files.getPosixFilePermissions(file));
        kept.removeAll(takes);
        Files.setPosixFilePermissions(file, kept);
    }
}
