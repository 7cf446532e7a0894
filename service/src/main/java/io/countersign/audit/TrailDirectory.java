// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one trail, held by a file lock as long as this object is open: two processes
 * with one name must never write one log. Creates files only their owner can read.
 */
final class TrailDirectory implements AutoCloseable {
    static final String DATABASE = "trail.db";

    /** Marks a SQLite file as ours: "CSTR" in its header. */
    static final int APPLICATION_ID = 0x43535452;

    private static final Logger LOG = LoggerFactory.getLogger(TrailDirectory.class);
    private static final Set<PosixFilePermission> PRIVATE =
            PosixFilePermissions.fromString("rwx------");
    private static final String LOCK = "trail.lock";
    private static final byte[] SQLITE = "SQLite format 3\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int HEADER_LENGTH = 100;
    private static final int APPLICATION_ID_AT = 68;

    private final Path directory;
    private final FileChannel lockFile;

    private TrailDirectory(Path directory, FileChannel lockFile) {
        this.directory = directory;
        this.lockFile = lockFile;
    }

    /** Creates the directory if there is none, and takes it for this process alone. */
    static TrailDirectory claim(Path directory) throws TrailRefused, IOException {
        if (Files.notExists(directory)) {
            Path parent = directory.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } else if (!Files.isDirectory(directory)) {
            throw new TrailRefused(directory + ": is no directory");
        } else {
            makePrivate(directory);
        }
        FileChannel channel = open(directory.resolve(LOCK));
        try {
            if (!lock(channel)) {
                throw new TrailRefused(
                        directory
                                + ": in use by another process (expected: one instance for each"
                                + " trail directory; two would fork the log)");
            }
            return new TrailDirectory(directory, channel);
        } catch (TrailRefused | IOException e) {
            channel.close();
            throw e;
        }
    }

    /** A directory that somebody else made for us, perhaps with what his umask let through. */
    private static void makePrivate(Path directory) throws IOException {
        if (Files.getPosixFilePermissions(directory).equals(PRIVATE)) {
            return;
        }
        try {
            Files.setPosixFilePermissions(directory, PRIVATE);
        } catch (FileSystemException e) {
            // A volume that is not ours to change: its files still are only for us.
            LOG.warn(
                    "{}: others may list it, and its mode cannot be changed: {}",
                    directory,
                    e.getMessage());
        }
    }

    private static FileChannel open(Path lock) throws IOException {
        return FileChannel.open(
                lock,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static boolean lock(FileChannel channel) throws IOException {
        @Nullable FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return false; // the same process, which would be as bad
        }
        return lock != null;
    }

    Path database() {
        return directory.resolve(DATABASE);
    }

    /** Bytes left for us on the file system. */
    long freeBytes() {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": free space is unknown", e);
        }
    }

    /** Whether there is a trail; anything else under that name is refused. */
    boolean hasDatabase() throws TrailRefused, IOException {
        Path file = database();
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            Path wal = directory.resolve(DATABASE + "-wal");
            if (Files.exists(wal)) {
                throw new TrailRefused(
                        "%s: missing, but %s is there (expected: both; put the file back, or move"
                                        .formatted(file, wal.getFileName())
                                + " the directory away to begin a new log)");
            }
            return false;
        }
        if (requireTrail(file) == TrailBackup.APPLICATION_ID) {
            throw new TrailRefused(
                    file
                            + ": is a backup (expected: a live trail; others have seen what came after"
                            + " it, so move it away to begin a new log, and keep it as evidence)");
        }
        return true;
    }

    /** Refuses a file whose first bytes are not those of a trail or its backup; says which. */
    static int requireTrail(Path file) throws TrailRefused, IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new TrailRefused(file + ": is no regular file");
        }
        byte[] header;
        try (var in = Files.newInputStream(file)) {
            header = in.readNBytes(HEADER_LENGTH);
        }
        boolean sqlite =
                header.length == HEADER_LENGTH
                        && Arrays.equals(Arrays.copyOf(header, SQLITE.length), SQLITE);
        int id = sqlite ? ByteBuffer.wrap(header).getInt(APPLICATION_ID_AT) : 0;
        if (id != APPLICATION_ID && id != TrailBackup.APPLICATION_ID) {
            throw new TrailRefused(
                    "%s: not a Countersign trail (expected: a trail, or no file of that name; it is"
                                    .formatted(file)
                            + " never overwritten)");
        }
        return id;
    }

    /** Puts a complete new database in place. */
    void adopt(Path made) throws IOException {
        if (Files.exists(database())) {
            throw new FileAlreadyExistsException(database().toString());
        }
        Files.move(made, database());
    }

    /** An empty file that only we can read, replacing a half-made one of a crash. */
    Path draft() throws IOException {
        Path draft = directory.resolve(DATABASE + ".new");
        for (String suffix : new String[] {"", "-wal", "-shm", "-journal"}) {
            Files.deleteIfExists(directory.resolve(DATABASE + ".new" + suffix));
        }
        createPrivate(draft);
        return draft;
    }

    static void createPrivate(Path file) throws IOException {
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    @Override
    public void close() throws IOException {
        lockFile.close(); // releases the lock; the file stays, so that nobody locks a deleted one
    }
}
