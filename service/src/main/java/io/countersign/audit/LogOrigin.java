// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Name of one log in the world (design decision 18). An instance that lost its disk starts a log
 * with another id, so two logs can never be taken for one.
 *
 * @param log random id
 */
public record LogOrigin(String cluster, String instance, String log) {
    private static final String PREFIX = "countersign";
    private static final int ID_BYTES = 10;
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,32}");
    private static final Pattern ID = Pattern.compile("[a-z0-9]{1,64}");

    public LogOrigin {
        require("cluster", cluster, NAME);
        require("instance", instance, NAME);
        require("log", log, ID);
    }

    static LogOrigin fresh(String cluster, String instance, SecureRandom random) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return new LogOrigin(cluster, instance, HexFormat.of().formatHex(id));
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if it is not {@code countersign/<cluster>/<instance>/<log>}
     */
    public static LogOrigin parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 4 || !parts[0].equals(PREFIX)) {
            throw new IllegalArgumentException(
                    "origin: %s (expected: countersign/<cluster>/<instance>/<log id>)"
                            .formatted(AuditEntry.name(text)));
        }
        return new LogOrigin(parts[1], parts[2], parts[3]);
    }

    /** Of a trail's own record. */
    static LogOrigin stored(String text) {
        try {
            return parse(text);
        } catch (IllegalArgumentException e) {
            throw new DamagedTrail("log: " + e.getMessage());
        }
    }

    private static void require(String field, String value, Pattern pattern) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: %s)".formatted(field, AuditEntry.name(value), pattern));
        }
    }

    @Override
    public String toString() {
        return PREFIX + "/" + cluster + "/" + instance + "/" + log;
    }
}
