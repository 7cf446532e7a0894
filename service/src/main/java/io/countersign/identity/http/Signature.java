// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.http;

import io.countersign.crypto.KeyedHash;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Signs what goes to a webhook and checks what comes back, with a key that both sides have:
 * HMAC-SHA-256 over {@code v1}, a direction, the time, the id of the question and the body. Answers
 * are bound to their question by its id, so that an old yes cannot be played again. Thread-safe.
 */
final class Signature {
    static final String HEADER = "Countersign-Signature";
    private static final String VERSION = "v1";

    private final KeyedHash key;

    Signature(KeyedHash key) {
        this.key = key;
    }

    /** For a question of ours. */
    String ofQuestion(String time, String id, byte[] body) {
        return VERSION
                + "="
                + HexFormat.of().formatHex(key.mac(signed("question", time, id, body)));
    }

    /** Whether an answer to the question with this id is genuine. */
    boolean isOfAnswer(String header, String id, byte[] body) {
        String prefix = VERSION + "=";
        if (!header.startsWith(prefix)) {
            return false;
        }
        try {
            byte[] mac = HexFormat.of().parseHex(header.substring(prefix.length()));
            return key.isMac(signed("answer", "", id, body), mac);
        } catch (IllegalArgumentException notHex) {
            return false;
        }
    }

    private static byte[] signed(String direction, String time, String id, byte[] body) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        String head = String.join("\n", VERSION, direction, time, id, "");
        all.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        all.writeBytes(body);
        return all.toByteArray();
    }
}
