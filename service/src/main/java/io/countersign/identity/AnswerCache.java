// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.crypto.KeyedHash;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Remembers what a backend said. Entries are found by a keyed hash with a random key of this
 * process, so that a memory dump shows no password. Yes and no are kept apart, so that a guesser
 * cannot push the right ones out. A yes is never given beyond the end of its credential.
 * Thread-safe.
 */
final class AnswerCache {
    private static final int KEY_BYTES = 32;

    private final LinkLimits.Keeping limits;
    private final LongSupplier nanoClock;
    private final KeyedHash hash;
    private final Cache<String, Kept> right;
    private final Cache<String, Authentication> wrong;
    private final AtomicLong forgotten = new AtomicLong();

    private record Kept(Authenticated answer, long since) {}

    AnswerCache(LinkLimits.Keeping limits, SecureRandom random, LongSupplier nanoClock) {
        this.limits = limits;
        this.nanoClock = nanoClock;
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        this.hash = KeyedHash.of(key);
        Arrays.fill(key, (byte) 0);
        this.right = cache(limits.yes().plus(limits.stale()));
        this.wrong = cache(limits.no());
    }

    private <V> Cache<String, V> cache(Duration lifetime) {
        return Caffeine.newBuilder()
                .expireAfterWrite(lifetime)
                .maximumSize(limits.entries())
                .ticker(nanoClock::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    /** Equal for equal questions, and tells nothing about them. */
    String key(Question question) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        add(all, question.credential().kind().word());
        switch (question.credential()) {
            case Credential.Password(String user, Secret secret, boolean sentAsToken) -> {
                add(all, user);
                add(all, secret.bytes());
                add(all, Boolean.toString(sentAsToken));
            }
            case Credential.Token(Secret secret) -> add(all, secret.bytes());
            // With nonce and signature: a fingerprint names the key, and a key is no proof.
            case Credential.NKeyChallenge(String nkey, String nonce, String signature) -> {
                add(all, nkey);
                add(all, nonce);
                add(all, signature);
            }
            case Credential.Certificate(var pem) -> pem.forEach(each -> add(all, each));
            case Credential.SessionName(String name) -> add(all, name);
            case Credential.None() -> {}
        }
        question.context().forEach(each -> add(all, each));
        return hash.fingerprint(all.toByteArray());
    }

    private static void add(ByteArrayOutputStream all, String part) {
        add(all, part.getBytes(StandardCharsets.UTF_8));
    }

    /** With its length, so that no two different lists run together. */
    private static void add(ByteArrayOutputStream all, byte[] part) {
        all.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(0, part.length).array());
        all.writeBytes(part);
    }

    /** What need not be asked again. */
    Optional<Authentication> fresh(String key, Instant now) {
        Kept kept = right.getIfPresent(key);
        if (kept != null
                && nanoClock.getAsLong() - kept.since() < limits.yes().toNanos()
                && holds(kept.answer(), now)) {
            return Optional.of(kept.answer());
        }
        return Optional.ofNullable(wrong.getIfPresent(key));
    }

    /** An older yes, for when nobody can be asked. */
    Optional<Authentication> stale(String key, Instant now) {
        Kept kept = limits.stale().isZero() ? null : right.getIfPresent(key);
        return kept != null && holds(kept.answer(), now)
                ? Optional.of(new Authenticated(kept.answer().identity(), true))
                : Optional.empty();
    }

    private static boolean holds(Authenticated yes, Instant now) {
        return yes.identity().notAfter().map(end -> end.isAfter(now)).orElse(true);
    }

    /** Before a question: tells {@link #keep} whether something was forgotten meanwhile. */
    long mark() {
        return forgotten.get();
    }

    /** Keeps an answer; one that came of no backend is none. */
    void keep(String key, Authentication answer, long mark) {
        switch (answer) {
            case Authenticated yes -> {
                right.put(key, new Kept(yes, nanoClock.getAsLong()));
                wrong.invalidate(key);
                if (forgotten.get() != mark) {
                    right.invalidate(key);
                }
            }
            case Rejected _, NotMine _ -> {
                right.invalidate(key); // a stale yes must not outlive a no
                wrong.put(key, answer);
            }
            case Unavailable _ -> {}
        }
    }

    /** Forgets every yes about these, answers under way included. */
    void forget(Predicate<Identity> whom) {
        forgotten.incrementAndGet(); // first: an answer under way must not be kept
        right.asMap().values().removeIf(kept -> whom.test(kept.answer().identity()));
    }
}
