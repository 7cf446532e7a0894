// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.countersign.identity.users.PasswordHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local people, a line each: {@code name:role:accounts:hash}, accounts joined by commas and
 * empty for all, and {@code :change} behind a password that must be changed. Read anew when the
 * file changes; a broken file changes nothing. Replicas share it. Thread-safe.
 */
public final class Users {
    private static final Logger log = LoggerFactory.getLogger(Users.class);
    private static final int PASSWORD_BYTES = 15;
    private static final int FIELDS = 4;
    private static final String CHANGE = "change";

    private final Path file;

    @GuardedBy("this")
    private Map<String, LocalUser> users;

    @GuardedBy("this")
    private FileTime read;

    private Users(Path file) throws IOException {
        this.file = file;
        this.read = Files.getLastModifiedTime(file);
        this.users = parse(file);
    }

    /**
     * Reads the file.
     *
     * @throws IOException if it cannot be read, or a line is not of that form
     */
    public static Users open(Path file) throws IOException {
        return new Users(file);
    }

    /** Makes the file with one administrator, and gives the password that only the caller knows. */
    public static String create(Path file, SecureRandom random) throws IOException {
        byte[] secret = new byte[PASSWORD_BYTES];
        random.nextBytes(secret);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        PasswordHash hash = PasswordHash.make(password.getBytes(StandardCharsets.UTF_8), random);
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
                        .formatted(hash.encoded(), CHANGE));
        return password;
    }

    /** The person of that name. */
    public synchronized Optional<LocalUser> find(String name) {
        look();
        return Optional.ofNullable(users.get(name));
    }

    /** All of them, in the order of the file. */
    public synchronized List<LocalUser> all() {
        look();
        return List.copyOf(users.values());
    }

    /** Gives a person another password, in the file. */
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
        if (parts.length != FIELDS || !parts[0].matches("[A-Za-z0-9._@-]{1,64}")) {
            throw new IOException(place + ": malformed (expected: name:role:accounts:hash)");
        }
        Role role =
                Role.of(parts[1])
                        .orElseThrow(() ->
                                new IOException(
                                        "%s: role: %s (expected: view, operate or admin)"
                                                .formatted(place, parts[1])));
        Set<String> accounts =
                Arrays.stream(parts[2].split(","))
                        .map(String::strip)
                        .filter(a -> !a.isEmpty())
                        .collect(Collectors.toSet());
        boolean mustChange = parts[3].endsWith(":" + CHANGE);
        String hash =
                mustChange
                        ? parts[3].substring(0, parts[3].length() - CHANGE.length() - 1)
                        : parts[3];
        try {
            return new LocalUser(
                    new Viewer(parts[0], Viewer.LOCAL, role, accounts),
                    PasswordHash.parse(hash),
                    mustChange);
        } catch (IllegalArgumentException e) {
            throw new IOException(place + ": " + e.getMessage(), e);
        }
    }
}
