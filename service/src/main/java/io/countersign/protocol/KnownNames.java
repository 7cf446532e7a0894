// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names that requests are full of, so that none of them becomes a new text each time. A fixed
 * table: names are the sender's choice and must not make it grow.
 */
final class KnownNames {
    private static final List<String> NAMES =
            List.of(
                    "aud",
                    "exp",
                    "jti",
                    "iat",
                    "iss",
                    "sub",
                    "name",
                    "nats",
                    "type",
                    "version",
                    "server_id",
                    "user_nkey",
                    "client_info",
                    "connect_opts",
                    "client_tls",
                    "host",
                    "id",
                    "cluster",
                    "tags",
                    "xkey",
                    "user",
                    "name_tag",
                    "kind",
                    "mqtt_id",
                    "nonce",
                    "jwt",
                    "nkey",
                    "sig",
                    "auth_token",
                    "pass",
                    "lang",
                    "protocol",
                    "cipher",
                    "verified_chains",
                    "certs",
                    "typ",
                    "alg");

    private static final int SLOTS = 128;
    private static final int LONGEST = 15;
    private static final @Nullable String[] TABLE = table();

    private KnownNames() {}

    private static @Nullable String[] table() {
        @Nullable String[] table = new @Nullable String[SLOTS];
        for (String name : NAMES) {
            int slot = name.hashCode() & (SLOTS - 1);
            while (table[slot] != null) {
                slot = (slot + 1) & (SLOTS - 1);
            }
            table[slot] = name;
        }
        return table;
    }

    /** The text of plain ASCII bytes; a known one without making it. */
    static String find(byte[] ascii, int from, int to) {
        if (to - from <= LONGEST) {
            int hash = 0;
            for (int i = from; i < to; i++) {
                hash = 31 * hash + ascii[i]; // as String.hashCode() does
            }
            for (int slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
                String name = TABLE[slot];
                if (name == null) {
                    break;
                }
                if (isSame(name, ascii, from, to)) {
                    return name;
                }
            }
        }
        return new String(ascii, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static boolean isSame(String name, byte[] ascii, int from, int to) {
        if (name.length() != to - from) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) != ascii[from + i]) {
                return false;
            }
        }
        return true;
    }
}
