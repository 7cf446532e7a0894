// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static java.nio.file.attribute.PosixFilePermission.GROUP_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.GROUP_READ;
import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_READ;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files that hold one seed. On a file system without POSIX modes (none that we run on) the mode is
 * not checked.
 */
final class SeedFile {
    /** A seed has 58 characters; what is larger is something else. */
    private static final int LONGEST = 1024;

    private static final Set<PosixFilePermission> NOT_FOR_OTHERS =
            Collections.unmodifiableSet(
                    EnumSet.of(
                            GROUP_READ,
                            GROUP_WRITE,
                            GROUP_EXECUTE,
                            OTHERS_READ,
                            OTHERS_WRITE,
                            OTHERS_EXECUTE));

    private SeedFile() {}

    /** The content; the caller wipes it. */
    static byte[] read(Path file) throws IOException {
        @Nullable PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view != null) {
            PosixFileAttributes attributes = view.readAttributes();
            String owner = attributes.owner().getName();
            if (isOpenToOthers(attributes.permissions(), isRoot(owner) && !weAreRoot())) {
                throw new IOException(
                        "%s: mode %s, others can get at the seed (expected: chmod 600 %s)"
                                .formatted(
                                        file,
                                        PosixFilePermissions.toString(attributes.permissions()),
                                        file));
            }
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[LONGEST + 1];
            try {
                int length = in.readNBytes(buffer, 0, buffer.length);
                if (length > LONGEST) {
                    throw new IOException(
                            file + ": too large for a seed file (expected: ≤ 1024 bytes)");
                }
                return Arrays.copyOf(buffer, length);
            } finally {
                Arrays.fill(buffer, (byte) 0);
            }
        }
    }

    /**
     * Nobody but the owner, with one exception, which is PostgreSQL's for its key file: when root
     * owns the file and we are not root, its group may read it. Otherwise neither systemd's
     * credentials (an access list, shown as mode 440) nor a mounted Kubernetes secret (root and
     * fsGroup, mode 440) could be read by a service that is not root.
     */
    static boolean isOpenToOthers(Set<PosixFilePermission> mode, boolean lentByRoot) {
        Set<PosixFilePermission> open = EnumSet.copyOf(NOT_FOR_OTHERS);
        open.retainAll(mode);
        if (lentByRoot) {
            open.remove(GROUP_READ);
        }
        return !open.isEmpty();
    }

    private static boolean weAreRoot() {
        return isRoot(System.getProperty("user.name", ""));
    }

    private static boolean isRoot(String user) {
        return user.equals("root") || user.equals("0");
    }

    static void write(Path file, byte[] text) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes =
                posix
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        Set<StandardOpenOption> create =
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(file, create, attributes)) {
            writeAll(channel, text);
            writeAll(channel, new byte[] {'\n'});
            channel.force(true);
        }
    }

    private static void writeAll(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
