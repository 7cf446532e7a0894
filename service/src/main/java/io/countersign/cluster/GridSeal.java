// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import io.countersign.crypto.KeyedHash;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * Seals what instances say to one another: Hazelcast's open source edition authenticates nobody, so
 * whoever learns the cluster's name can ask and answer. A question is nonce (16), form (1), verb
 * (1), body, HMAC (32); the answer's HMAC covers the question too, so that no answer fits another.
 * Thread-safe.
 */
final class GridSeal {
    private static final int FORM = 1;
    private static final int NONCE = 16;
    private static final int HEAD = NONCE + 2;
    private static final int MAC = 32;
    private static final byte ASKED = 1;
    private static final byte ANSWERED = 2;

    private final KeyedHash key;
    private final SecureRandom random;

    GridSeal(KeyedHash key, SecureRandom random) {
        this.key = key;
        this.random = random;
    }

    /** A question that was opened. */
    record Question(int verb, byte[] body) {}

    byte[] question(int verb, byte[] body) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] head =
                ByteBuffer.allocate(HEAD + body.length)
                        .put(nonce)
                        .put((byte) FORM)
                        .put((byte) verb)
                        .put(body)
                        .array();
        return joined(head, key.mac(joined(new byte[] {ASKED}, head)));
    }

    /** Empty if nobody of us asked. */
    Optional<Question> open(byte[] question) {
        if (question.length < HEAD + MAC) {
            return Optional.empty();
        }
        byte[] head = Arrays.copyOf(question, question.length - MAC);
        byte[] mac = Arrays.copyOfRange(question, head.length, question.length);
        if (!key.isMac(joined(new byte[] {ASKED}, head), mac) || head[NONCE] != FORM) {
            return Optional.empty();
        }
        return Optional.of(
                new Question(head[NONCE + 1], Arrays.copyOfRange(head, HEAD, head.length)));
    }

    byte[] answer(byte[] question, byte[] body) {
        return joined(body, key.mac(joined(new byte[] {ANSWERED}, question, body)));
    }

    /** Empty if nobody of us answered this very question. */
    Optional<byte[]> opened(byte[] question, byte[] answer) {
        if (answer.length < MAC) {
            return Optional.empty();
        }
        byte[] body = Arrays.copyOf(answer, answer.length - MAC);
        byte[] mac = Arrays.copyOfRange(answer, body.length, answer.length);
        return key.isMac(joined(new byte[] {ANSWERED}, question, body), mac)
                ? Optional.of(body)
                : Optional.empty();
    }

    private static byte[] joined(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(p -> p.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
