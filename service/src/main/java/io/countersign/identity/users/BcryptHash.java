// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import java.security.SecureRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * bcrypt, which NATS servers and most older user files have. Two of its oddities would let a wrong
 * password in and are refused here: it ignores what follows the 72nd byte, and because it repeats
 * the password with a NUL between, {@code x} and {@code x NUL x} have one hash.
 */
final class BcryptHash implements PasswordHash {
    private static final int MOST_BYTES = 72;
    private static final int SALT_BYTES = 16;

    /** Cost 13 takes about 0.6 s of the 1.5 s that a login has; every step more doubles it. */
    private static final int HIGHEST_COST = 13;

    private static final int LOWEST_COST = 4;

    /** What {@code nats server passwd} takes. */
    private static final int MADE_COST = 11;

    /** Salt and hash end in characters whose unused bits are zero. */
    private static final Pattern FORM =
            Pattern.compile(
                    "\\$2[aby]\\$([0-9]{2})\\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}"
                            + "[.CGKOSWaeimquy26]");

    private final int cost;
    private final String encoded;

    private BcryptHash(int cost, String encoded) {
        this.cost = cost;
        this.encoded = encoded;
    }

    static BcryptHash parse(String encoded) {
        Matcher form = FORM.matcher(encoded);
        if (encoded.length() != 60 || !form.matches()) {
            throw new IllegalArgumentException(
                    "password: malformed bcrypt hash (expected: $2a$, $2b$ or $2y$, two digits,"
                            + " and 53 characters behind the last $)");
        }
        int cost = Integer.parseInt(form.group(1));
        if (cost < LOWEST_COST || cost > HIGHEST_COST) {
            throw new IllegalArgumentException(
                    "password: bcrypt cost "
                            + cost
                            + " (expected: "
                            + LOWEST_COST
                            + " to "
                            + HIGHEST_COST
                            + ", or a login takes too long)");
        }
        return new BcryptHash(cost, encoded);
    }

    /** {@code $2a$…}, the form that every reader knows. */
    static BcryptHash make(byte[] password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return parse(OpenBSDBCrypt.generate("2a", password, salt, MADE_COST));
    }

    @Override
    public boolean matches(byte[] password) {
        boolean same = OpenBSDBCrypt.checkPassword(encoded, password);
        return same && isWhollyHashed(password); // hashed first: the refusal must not be faster
    }

    private static boolean isWhollyHashed(byte[] password) {
        for (byte b : password) {
            if (b == 0) {
                return false;
            }
        }
        return password.length <= MOST_BYTES;
    }

    @Override
    public PasswordHash decoy(SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        byte[] nobodysPassword = new byte[SALT_BYTES];
        random.nextBytes(salt);
        random.nextBytes(nobodysPassword);
        String made =
                OpenBSDBCrypt.generate(encoded.substring(1, 3), nobodysPassword, salt, LOWEST_COST);
        String costly = "%02d".formatted(cost);
        return new BcryptHash(cost, made.substring(0, 4) + costly + made.substring(6));
    }

    @Override
    public String cost() {
        return "bcrypt cost=" + cost;
    }

    @Override
    public String encoded() {
        return encoded;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BcryptHash that && encoded.equals(that.encoded);
    }

    @Override
    public int hashCode() {
        return encoded.hashCode();
    }

    @Override
    public String toString() {
        return "PasswordHash[" + cost() + "]";
    }
}
