// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.identity.users.PasswordHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The people of the view, a line each: {@code name:role:accounts:hash}, accounts joined by commas
 * and empty for all. Read once; immutable.
 */
public final class ViewerFile {
    private static final int PASSWORD_BYTES = 15;
    private static final int FIELDS = 4;

    private final Map<String, Viewer> viewers;

    private ViewerFile(Map<String, Viewer> viewers) {
        this.viewers = viewers;
    }

    /**
     * Reads the file.
     *
     * @throws IOException if it cannot be read, or a line is not of that form
     */
    public static ViewerFile read(Path file) throws IOException {
        Map<String, Viewer> viewers = new LinkedHashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                Viewer viewer = viewer(line, file + ":" + number);
                if (viewers.put(viewer.name(), viewer) != null) {
                    throw new IOException(
                            "%s:%d: %s: twice".formatted(file, number, viewer.name()));
                }
            }
        }
        return new ViewerFile(viewers);
    }

    /** Makes the file with one administrator, and gives the password that only it is told. */
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
                "# name:role(view,operate,admin):accounts(a,b or empty for all):hash of"
                        + " 'countersign hash-password'\nadmin:admin::"
                        + hash.encoded()
                        + "\n");
        return password;
    }

    Optional<Viewer> find(String name) {
        return Optional.ofNullable(viewers.get(name));
    }

    private static Viewer viewer(String line, String place) throws IOException {
        String[] parts = line.split(":", FIELDS);
        if (parts.length != FIELDS || !parts[0].matches("[A-Za-z0-9._@-]{1,64}")) {
            throw new IOException(place + ": malformed (expected: name:role:accounts:hash)");
        }
        Role role =
                Role.of(parts[1])
                        .orElseThrow(() ->
                                new IOException(
                                        place
                                                + ": role: "
                                                + parts[1]
                                                + " (expected: view, operate or admin)"));
        Set<String> accounts =
                Arrays.stream(parts[2].split(","))
                        .filter(a -> !a.isBlank())
                        .collect(Collectors.toSet());
        try {
            return new Viewer(parts[0], role, accounts, PasswordHash.parse(parts[3]));
        } catch (IllegalArgumentException e) {
            throw new IOException(place + ": " + e.getMessage(), e);
        }
    }
}
