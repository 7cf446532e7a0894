// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.witness;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A witness's folder: its key, the newest note that it signed of each log, and how far it has read.
 * Key and notes belong together: whoever moves the folder away gets a witness with another key,
 * which has promised nothing yet. The reading place may be lost; then everything is read again.
 * Used by one thread.
 */
public final class WitnessStore {
    private static final String KEY = "witness.nk";
    private static final String NOTE = ".checkpoint";
    private static final String PLACE = "read";
    private static final Pattern LOG = Pattern.compile("[a-z0-9-]{1,32}\\.[a-z0-9]{1,64}");

    private final Path folder;

    private WitnessStore(Path folder) {
        this.folder = folder;
    }

    /** Opens a folder; makes it when there is none. */
    public static WitnessStore open(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        return new WitnessStore(folder);
    }

    /** The folder that belongs to a trail. */
    public static Path beside(Path trail) {
        return trail.resolve("witness");
    }

    /** The witness's key, used for nothing else; made when there is none. */
    public Signer key(Ed25519 ed25519, SecureRandom random) throws IOException, InvalidKey {
        Path file = folder.resolve(KEY);
        if (!Files.exists(file)) {
            try (Seed fresh = Seed.generate(NKeyType.USER, random)) {
                fresh.write(file);
            }
        }
        try (Seed seed = Seed.read(file)) {
            return ed25519.signer(seed);
        }
    }

    /** The public half of the key in a folder. */
    public static NKey publicKey(Path folder) throws IOException, InvalidKey {
        try (Seed seed = Seed.read(folder.resolve(KEY))) {
            return seed.publicKey();
        }
    }

    /** Logs of which something was signed, as {@code instance.log}. */
    List<String> logs() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(NOTE))
                    .map(name -> name.substring(0, name.length() - NOTE.length()))
                    .filter(LOG.asMatchPredicate())
                    .toList();
        }
    }

    /**
     * The note that was signed last of a log.
     *
     * @throws BadNote if the file is not what was written
     */
    Optional<SignedNote> signed(String log) throws IOException, BadNote {
        try {
            return Optional.of(
                    SignedNote.parse(
                            Files.readString(note(log), StandardCharsets.ISO_8859_1)
                                    .transform(WitnessStore::asUtf8)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Any bytes are read, so that damage is a bad note and not an error of reading. */
    private static String asUtf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** On disk when it returns: only then may anybody see the note. */
    void sign(String log, SignedNote note) throws IOException {
        write(note(log), note.encoded());
    }

    private Path note(String log) {
        if (!LOG.matcher(log).matches()) {
            throw new IllegalArgumentException("log: " + log + " (expected: " + LOG + ")");
        }
        return folder.resolve(log + NOTE);
    }

    /**
     * How far it has read, if it is known.
     *
     * @throws BadNote if the file is not what was written
     */
    Optional<ReadingPlace> place() throws IOException, BadNote {
        try {
            return Optional.of(
                    ReadingPlace.parse(
                            Files.readString(folder.resolve(PLACE), StandardCharsets.ISO_8859_1)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** It has read so far, and signed what could be signed until there. */
    void place(ReadingPlace place) throws IOException {
        write(folder.resolve(PLACE), place.text());
    }

    private void write(Path file, String text) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out =
                FileChannel.open(
                        draft,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(
                draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
            entries.force(true); // the name, too
        }
    }
}
