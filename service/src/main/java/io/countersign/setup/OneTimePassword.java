// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import java.security.SecureRandom;

/**
 * A random password that exists in the clear only here, to be shown once; files hold its hash.
 * Prints {@code [redacted]}.
 */
public final class OneTimePassword {
    /** No letters and digits that look alike on paper: 0 and o, 1 and l and i, u and v. */
    private static final String ALPHABET = "23456789abcdefghjkmnpqrstvwxyz";

    private static final int GROUPS = 5;
    private static final int GROUP_LENGTH = 5;

    private final String user;
    private final String purpose;
    private final String text;

    private OneTimePassword(String user, String purpose, String text) {
        this.user = user;
        this.purpose = purpose;
        this.text = text;
    }

    /** 25 characters of 30: 122 bits. */
    static OneTimePassword make(String user, String purpose, SecureRandom random) {
        return new OneTimePassword(user, purpose, random(random));
    }

    /** The same kind of text for passwords that only machines read. */
    static String random(SecureRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS * GROUP_LENGTH; i++) {
            if (i > 0 && i % GROUP_LENGTH == 0) {
                text.append('-');
            }
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    /** The name to log in with. */
    public String user() {
        return user;
    }

    /** What it is for, in a few words. */
    public String purpose() {
        return purpose;
    }

    /** The password. For the terminal, and for nothing else. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "OneTimePassword[" + user + ", redacted]";
    }
}
