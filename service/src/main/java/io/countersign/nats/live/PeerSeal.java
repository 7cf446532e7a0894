// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.crypto.KeyedHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Proves that what travels between instances over the callout account is from one of them: whoever
 * breaks into that account could otherwise have connections of his choice ended. A question is form
 * (1 byte), time (8, ms), nonce (16), body, HMAC-SHA-256 (32) over the subject and all before it;
 * the HMAC of an answer covers the question. Nothing is hidden. Thread-safe.
 */
public final class PeerSeal {
    private static final byte FORM = 1;
    private static final int NONCE = 16;
    private static final int HEAD = 1 + Long.BYTES + NONCE;
    private static final int MAC = 32;

    /** A question is good for so long, before and after, by our clock. */
    private static final Duration FRESH = Duration.ofSeconds(60);

    private static final int REMEMBERED = 100_000;

    private final KeyedHash key;
    private final Supplier<List<KeyedHash>> others;
    private final SecureRandom random;
    private final Clock clock;
    private final Cache<ByteBuffer, Boolean> seen =
            Caffeine.newBuilder()
                    .maximumSize(REMEMBERED)
                    .expireAfterWrite(FRESH.multipliedBy(2))
                    .build();

    /** The key is derived from the cluster secret and used for nothing else. */
    public PeerSeal(KeyedHash key, SecureRandom random, Clock clock) {
        this(key, List::of, random, clock);
    }

    /** With keys of other secrets that count, too, while the secret is changed. */
    public PeerSeal(
            KeyedHash key, Supplier<List<KeyedHash>> others, SecureRandom random, Clock clock) {
        this.key = key;
        this.others = others;
        this.random = random;
        this.clock = clock;
    }

    byte[] question(String subject, byte[] body) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] head =
                ByteBuffer.allocate(HEAD + body.length)
                        .put(FORM)
                        .putLong(clock.millis())
                        .put(nonce)
                        .put(body)
                        .array();
        return joined(head, mac(subject, head));
    }

    /** The body; empty if it is of nobody of us, old, or came before. */
    Optional<byte[]> open(String subject, byte[] question) {
        if (question.length < HEAD + MAC) {
            return Optional.empty();
        }
        byte[] head = Arrays.copyOf(question, question.length - MAC);
        byte[] mac = Arrays.copyOfRange(question, head.length, question.length);
        byte[] nonce = Arrays.copyOfRange(head, HEAD - NONCE, HEAD);
        long age = clock.millis() - ByteBuffer.wrap(head, 1, Long.BYTES).getLong();
        boolean good =
                isMac(labelled(subject, head), mac)
                        && head[0] == FORM
                        && Math.abs(age) <= FRESH.toMillis()
                        && seen.asMap().putIfAbsent(ByteBuffer.wrap(nonce), true) == null;
        return good ? Optional.of(Arrays.copyOfRange(head, HEAD, head.length)) : Optional.empty();
    }

    byte[] answer(byte[] question, byte[] body) {
        return joined(body, mac("answer", joined(question, body)));
    }

    /** Empty if nobody of us gave this answer to this question. */
    Optional<byte[]> opened(byte[] question, byte[] answer) {
        if (answer.length < MAC) {
            return Optional.empty();
        }
        byte[] body = Arrays.copyOf(answer, answer.length - MAC);
        byte[] mac = Arrays.copyOfRange(answer, body.length, answer.length);
        return isMac(labelled("answer", joined(question, body)), mac)
                ? Optional.of(body)
                : Optional.empty();
    }

    private boolean isMac(byte[] data, byte[] mac) {
        return key.isMac(data, mac)
                || others.get().stream().anyMatch(other -> other.isMac(data, mac));
    }

    private byte[] mac(String label, byte[] data) {
        return key.mac(labelled(label, data));
    }

    /** A subject has no zero byte, so no label and data read as another pair. */
    private static byte[] labelled(String label, byte[] data) {
        return joined((label + "\0").getBytes(StandardCharsets.UTF_8), data);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
