// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Argon2id, version 1.3 (RFC 9106), in the PHC string format. */
final class Argon2idHash implements PasswordHash {
    private static final int MEMORY_KIB = 19_456;
    private static final int PASSES = 2;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /** Beyond it a few logins at once would not fit into the heap (budget: 256 MiB). */
    private static final int MOST_MEMORY_KIB = 128 * 1024;

    /** Memory × passes is the work: 256 MiB of it take about 350 ms, a login has 1.5 s. */
    private static final int MOST_WORK_KIB = 256 * 1024;

    private static final int MOST_LANES = 16;
    private static final int LONGEST = 300;

    private static final String BASE64 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private static final Pattern FORM =
            Pattern.compile(
                    "\\$argon2id\\$v=19\\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]{0,4}),p=([1-9][0-9]?)"
                            + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    private final int memoryKib;
    private final int passes;
    private final int lanes;
    private final byte[] salt;
    private final byte[] hash;

    private Argon2idHash(int memoryKib, int passes, int lanes, byte[] salt, byte[] hash) {
        this.memoryKib = memoryKib;
        this.passes = passes;
        this.lanes = lanes;
        this.salt = salt;
        this.hash = hash;
    }

    static Argon2idHash parse(String encoded) {
        Matcher form = FORM.matcher(encoded.length() > LONGEST ? "" : encoded);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "password: malformed Argon2id hash (expected:"
                            + " $argon2id$v=19$m=…,t=…,p=…$salt$hash, base64 without padding)");
        }
        int memory = Integer.parseInt(form.group(1));
        int passes = Integer.parseInt(form.group(2));
        int lanes = Integer.parseInt(form.group(3));
        require("p", lanes, lanes <= MOST_LANES, "at most " + MOST_LANES);
        require("m", memory, memory >= 8 * lanes, "at least 8 for each lane (RFC 9106)");
        require("m", memory, memory <= MOST_MEMORY_KIB, "at most " + MOST_MEMORY_KIB + " KiB");
        require(
                "t",
                passes,
                (long) memory * passes <= MOST_WORK_KIB,
                "m × t at most " + MOST_WORK_KIB + ", or a login takes too long");
        return new Argon2idHash(
                memory, passes, lanes, base64(form.group(4)), base64(form.group(5)));
    }

    /** A decoy at the cost of {@link #make}. */
    static PasswordHash standardDecoy(SecureRandom random) {
        return new Argon2idHash(MEMORY_KIB, PASSES, 1, new byte[SALT_BYTES], new byte[HASH_BYTES])
                .decoy(random);
    }

    static Argon2idHash make(byte[] password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        Argon2idHash empty = new Argon2idHash(MEMORY_KIB, PASSES, 1, salt, new byte[HASH_BYTES]);
        return new Argon2idHash(MEMORY_KIB, PASSES, 1, salt, empty.hashOf(password));
    }

    private static void require(String name, int value, boolean ok, String expected) {
        if (!ok) {
            throw new IllegalArgumentException(
                    "password: Argon2id " + name + "=" + value + " (expected: " + expected + ")");
        }
    }

    private static byte[] base64(String text) {
        try {
            if (endsCleanly(text)) {
                return Base64.getDecoder().decode(text);
            }
        } catch (IllegalArgumentException e) {
            // Falls to the one message below: the decoder's would quote characters of the hash.
        }
        throw new IllegalArgumentException(
                "password: malformed Argon2id salt or hash (expected: base64 without padding)");
    }

    /** Whether the bits of the last character that carry nothing are zero: one text for a hash. */
    private static boolean endsCleanly(String text) {
        int last = BASE64.indexOf(text.charAt(text.length() - 1));
        return switch (text.length() % 4) {
            case 0 -> true;
            case 2 -> (last & 0xf) == 0;
            case 3 -> (last & 0x3) == 0;
            default -> false;
        };
    }

    @Override
    public boolean matches(byte[] password) {
        return MessageDigest.isEqual(hashOf(password), hash);
    }

    private byte[] hashOf(byte[] password) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(memoryKib)
                        .withIterations(passes)
                        .withParallelism(lanes)
                        .withSalt(salt)
                        .build());
        byte[] result = new byte[hash.length];
        generator.generateBytes(password, result);
        return result;
    }

    @Override
    public PasswordHash decoy(SecureRandom random) {
        byte[] otherSalt = new byte[salt.length];
        byte[] otherHash = new byte[hash.length];
        random.nextBytes(otherSalt);
        random.nextBytes(otherHash);
        return new Argon2idHash(memoryKib, passes, lanes, otherSalt, otherHash);
    }

    @Override
    public String cost() {
        return "argon2id m=" + memoryKib + ",t=" + passes + ",p=" + lanes;
    }

    @Override
    public String encoded() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        memoryKib,
                        passes,
                        lanes,
                        base64.encodeToString(salt),
                        base64.encodeToString(hash));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Argon2idHash that && encoded().equals(that.encoded());
    }

    @Override
    public int hashCode() {
        return encoded().hashCode();
    }

    @Override
    public String toString() {
        return "PasswordHash[" + cost() + "]";
    }
}
