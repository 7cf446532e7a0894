// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Puts a new text in the place of a file at once, with its mode and owner; links are followed. Two
 * runs for different keys may change one file: a lock file beside it keeps one from undoing what
 * the other has just done.
 */
final class ReplacedFile {
    private static final Duration LOCKED = Duration.ofSeconds(10);
    private static final long LOOK_MILLIS = 20;

    private ReplacedFile() {}

    /**
     * Reads, changes and writes.
     *
     * @param change from the text to the new one; empty: nothing is written
     * @return whether there is a new text
     */
    static boolean change(Path file, Function<String, Optional<String>> change) throws IOException {
        Path real = file.toRealPath();
        Path lock = real.resolveSibling("." + real.getFileName() + ".lock");
        lock(lock);
        try {
            Optional<String> text = change.apply(Files.readString(real));
            if (text.isPresent()) {
                write(real, text.get().getBytes(StandardCharsets.UTF_8));
            }
            return text.isPresent();
        } finally {
            Files.deleteIfExists(lock);
        }
    }

    /** A change takes milliseconds: a lock that is older was left behind. */
    private static void lock(Path lock) throws IOException {
        while (true) {
            try {
                Files.createFile(lock);
                return;
            } catch (FileAlreadyExistsException taken) {
                if (isLeft(lock)) {
                    Files.deleteIfExists(lock);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
            }
        }
    }

    private static boolean isLeft(Path lock) throws IOException {
        try {
            Instant made = Files.getLastModifiedTime(lock).toInstant();
            return made.plus(LOCKED).isBefore(Instant.now());
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    /** With a content that does not depend on the old one; the caller wipes it. */
    static void replace(Path file, byte[] content) throws IOException {
        write(file.toRealPath(), content);
    }

    private static void write(Path real, byte[] content) throws IOException {
        Path fresh = real.resolveSibling("." + real.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.copy(real, fresh, StandardCopyOption.COPY_ATTRIBUTES);
        try (FileChannel channel =
                FileChannel.open(
                        fresh, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        owned(fresh, real);
        Files.move(fresh, real, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Gives a file to whoever another one belongs to: the service reads what an administrator made.
     *
     * @throws IOException if it belongs to somebody else and we may not change that
     */
    static void owned(Path file, Path like) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        PosixFileAttributes is = view.readAttributes();
        PosixFileAttributes should =
                Files.getFileAttributeView(like, PosixFileAttributeView.class).readAttributes();
        try {
            if (!is.owner().equals(should.owner())) {
                view.setOwner(should.owner());
            }
            if (!is.group().equals(should.group())) {
                view.setGroup(should.group());
            }
        } catch (FileSystemException e) {
            throw new IOException(
                    "%s: cannot be given to %s, who owns %s (expected: this command run as root or as %s)"
                            .formatted(file, should.owner(), like, should.owner()),
                    e);
        }
    }
}
