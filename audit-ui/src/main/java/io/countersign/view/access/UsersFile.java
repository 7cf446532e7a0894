// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.countersign.identity.users.PasswordHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local people, a line each: {@code name:role:accounts:hash}, accounts joined by commas and
 * empty for all, and {@code :change} behind a password that must be changed. Read anew when the
 * file changes; a broken file changes nothing. Replicas share it. Thread-safe.
 */
public final class UsersFile implements Users {
    private static final Logger log = LoggerFactory.getLogger(UsersFile.class);
    private static final int FIELDS = 4;
    private static final String CHANGE = "change";

    private final Path file;

    @GuardedBy("this")
    private Map<String, LocalUser> users;

    @GuardedBy("this")
    private FileTime read;

    private UsersFile(Path file) throws IOException {
        this.file = file;
        this.read = Files.getLastModifiedTime(file);
        this.users = parse(file);
    }

    /**
     * Reads the file.
     *
     * @throws IOException if it cannot be read, or a line is not of that form
     */
    public static UsersFile open(Path file) throws IOException {
        return new UsersFile(file);
    }

    /**
     * As {@link #open}, but a file that is not there is made with one administrator.
     *
     * @throws IOException as {@link #open}
     */
    public static Opened openOrCreate(Path file, SecureRandom random) throws IOException {
        Optional<String> password =
                Files.exists(file) ? Optional.empty() : Optional.of(create(file, random));
        return new Opened(open(file), password, file.toString());
    }

    private static String create(Path file, SecureRandom random) throws IOException {
        FirstPassword first = FirstPassword.make(random);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                file,
                """
                # name:role(view,operate,admin):accounts(a,b or empty for all):hash of 'countersign hash-password'
                # and :change at the end, if the password must be changed at the next login
                admin:admin::%s:%s
                """
                        .formatted(first.hash().encoded(), CHANGE));
        return first.clear();
    }

    @Override
    public synchronized Optional<LocalUser> find(String name) {
        look();
        return Optional.ofNullable(users.get(name));
    }

    @Override
    public synchronized List<LocalUser> all() {
        look();
        return List.copyOf(users.values());
    }

    @Override
    public synchronized void change(String name, PasswordHash password) throws IOException {
        List<String> lines =
                Files.readAllLines(file).stream()
                        .map(line -> line.startsWith(name + ":") ? changed(line, password) : line)
                        .toList();
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        Files.createFile(
                next,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(next, lines);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        users = parse(file);
        read = Files.getLastModifiedTime(file);
    }

    private static String changed(String line, PasswordHash password) {
        String[] parts = line.split(":", FIELDS);
        return "%s:%s:%s:%s".formatted(parts[0], parts[1], parts[2], password.encoded());
    }

    @GuardedBy("this")
    private void look() {
        try {
            FileTime now = Files.getLastModifiedTime(file);
            if (!now.equals(read)) {
                read = now;
                users = parse(file);
            }
        } catch (IOException e) {
            log.error("the users stay as they were: {}", e.getMessage());
        }
    }

    private static Map<String, LocalUser> parse(Path file) throws IOException {
        Map<String, LocalUser> users = new LinkedHashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                LocalUser user = user(line, file + ":" + number);
                if (users.put(user.viewer().name(), user) != null) {
                    throw new IOException(
                            "%s:%d: %s: twice".formatted(file, number, user.viewer().name()));
                }
            }
        }
        return users;
    }

    private static LocalUser user(String line, String place) throws IOException {
        String[] parts = line.split(":", FIELDS);
        if (parts.length != FIELDS) {
            throw new IOException(place + ": malformed (expected: name:role:accounts:hash)");
        }
        boolean mustChange = parts[3].endsWith(":" + CHANGE);
        String hash =
                mustChange
                        ? parts[3].substring(0, parts[3].length() - CHANGE.length() - 1)
                        : parts[3];
        try {
            return LocalUser.parse(parts[0], parts[1], parts[2], hash, mustChange);
        } catch (IllegalArgumentException e) {
            throw new IOException(place + ": " + e.getMessage(), e);
        }
    }
}
