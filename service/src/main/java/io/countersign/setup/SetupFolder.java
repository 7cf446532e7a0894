// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of files in this package. A set-up is written into a hidden folder beside the one
 * asked for and takes its name when all is there, so that it appears whole or not at all and never
 * over anything else. Folders get mode 700 and files 600 from the moment they exist. One thread.
 */
final class SetupFolder implements AutoCloseable {
    private static final Set<StandardOpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Path target;
    private final Path staging;
    private final List<Path> files = new ArrayList<>();
    private boolean published;

    private SetupFolder(Path target, Path staging) {
        this.target = target;
        this.staging = staging;
    }

    /**
     * Begins a folder.
     *
     * @throws SetupFailed if something is there already, other than an empty folder
     */
    static SetupFolder stage(Path folder) throws SetupFailed {
        Path target = folder.toAbsolutePath().normalize();
        @Nullable Path parent = target.getParent();
        @Nullable Path name = target.getFileName();
        if (parent == null || name == null) {
            throw new SetupFailed("folder: " + folder + " (expected: one that can be made)");
        }
        refuseUnlessFree(target);
        try {
            Files.createDirectories(parent);
            Path staging =
                    parent.resolve("." + name + ".unfinished-" + ProcessHandle.current().pid());
            Files.createDirectory(staging, mode(staging, "rwx------"));
            return new SetupFolder(target, staging);
        } catch (IOException e) {
            throw new SetupFailed(
                    "folder: " + target + ": cannot be made in " + parent + ": " + why(e), e);
        }
    }

    private static void refuseUnlessFree(Path target) throws SetupFailed {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new SetupFailed("folder: " + target + ": is a file (expected: a new folder)");
        }
        try (Stream<Path> content = Files.list(target)) {
            if (content.findAny().isPresent()) {
                throw new SetupFailed(
                        "folder: "
                                + target
                                + ": is not empty (expected: a new folder; nothing is ever"
                                + " overwritten)");
            }
        } catch (IOException e) {
            throw new SetupFailed("folder: " + target + ": cannot be read: " + why(e), e);
        }
    }

    /** Where it will be, absolute: for paths that are written into files. */
    Path target() {
        return target;
    }

    /** What has been written so far, where it will be. */
    List<Path> files() {
        return List.copyOf(files);
    }

    void write(String path, String text) throws SetupFailed {
        write(path, text.getBytes(StandardCharsets.UTF_8));
    }

    void write(String path, Seed seed) throws SetupFailed {
        byte[] ascii = seed.encoded();
        byte[] line = Arrays.copyOf(ascii, ascii.length + 1);
        line[ascii.length] = '\n';
        try {
            write(path, line);
        } finally {
            Arrays.fill(ascii, (byte) 0);
            Arrays.fill(line, (byte) 0);
        }
    }

    /** Writes a new file; folders on the way are made. */
    void write(String path, byte[] content) throws SetupFailed {
        Path file = staging.resolve(path).normalize();
        if (!file.startsWith(staging)) {
            throw new SetupFailed(path + ": leads out of the folder (expected: a plain name)");
        }
        try {
            createFolders(file.getParent());
            create(file, content);
        } catch (IOException e) {
            throw new SetupFailed(target.resolve(path) + ": cannot be written: " + why(e), e);
        }
        files.add(target.resolve(path));
    }

    private void createFolders(@Nullable Path folder) throws IOException {
        if (folder == null || !folder.startsWith(staging) || Files.isDirectory(folder)) {
            return;
        }
        createFolders(folder.getParent());
        Files.createDirectory(folder, mode(folder, "rwx------"));
    }

    private static void create(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, NEW, mode(file, "rw-------"))) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    /** Gives the folder its name. */
    void publish() throws SetupFailed {
        try {
            Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
            published = true;
        } catch (IOException e) {
            // Whatever the file system calls it: most likely somebody else made something there
            // meanwhile.
            refuseUnlessFree(target);
            throw new SetupFailed("folder: " + target + ": cannot be made: " + why(e), e);
        }
    }

    /**
     * Puts a new content in the place of a file's old one, at once. Only for what a running set-up
     * keeps up to date.
     */
    static void replace(Path file, byte[] content) throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        create(fresh, content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes what was written, unless it was published. */
    @Override
    public void close() throws SetupFailed {
        if (published) {
            return;
        }
        try {
            Files.walkFileTree(staging, new Remover());
        } catch (IOException e) {
            throw new SetupFailed(staging + ": cannot be removed: " + why(e), e);
        }
    }

    private static FileAttribute<?>[] mode(Path path, String mode) {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
                }
                : new FileAttribute<?>[0];
    }

    /** The JDK's messages for these are often nothing but the path. */
    static String why(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    private static final class Remover extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
                throws IOException {
            if (e != null) {
                throw e;
            }
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
        }
    }
}
