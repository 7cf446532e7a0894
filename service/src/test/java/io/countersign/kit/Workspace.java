// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A temporary directory that is removed with all that is in it at {@link #close}, or when this JVM
 * ends.
 */
public final class Workspace implements AutoCloseable {
    private final Path dir;
    private final Thread atExit;

    /** Read by the shutdown hook, which may come at any time. */
    private final List<Runnable> before = new CopyOnWriteArrayList<>();

    private Workspace(Path dir) {
        this.dir = dir;
        this.atExit = Thread.ofPlatform().unstarted(this::end);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** A new empty directory below the system's temporary one. */
    public static Workspace create(String prefix) {
        try {
            return new Workspace(Files.createTempDirectory(prefix));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it is. */
    public Path dir() {
        return dir;
    }

    /** Does this before the directory is removed: ends a process that writes into it. */
    void beforeRemoval(Runnable work) {
        before.add(work);
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException _) {
            // The JVM is already going down, and the hook with it.
        }
    }

    private void end() {
        before.forEach(Runnable::run);
        try {
            Files.walkFileTree(dir, new Remover());
        } catch (NoSuchFileException _) {
            // Removed before: closing twice is fine.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Remover extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        /** A dying server may still remove files of its own while we do. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
                throws IOException {
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
        }
    }
}
