// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of nats-server. A server refuses to start with a setting that it does not know, so what
 * is written depends on the oldest server that will read it (reference 3.9).
 */
public record ServerVersion(int major, int minor, int patch) implements Comparable<ServerVersion> {
    /** The first release with auth callouts. */
    public static final ServerVersion OLDEST = new ServerVersion(2, 10, 0);

    /** Static mode: {@code allowed_accounts} of {@code auth_callout}. */
    static final ServerVersion STATIC_ALLOWED_ACCOUNTS = new ServerVersion(2, 11, 0);

    /** Operator mode: clients without a sentinel of their own get this one. */
    static final ServerVersion DEFAULT_SENTINEL = new ServerVersion(2, 11, 2);

    private static final Pattern FORM =
            Pattern.compile("v?([0-9]{1,4})\\.([0-9]{1,4})(?:\\.([0-9]{1,4}))?");

    private static final Comparator<ServerVersion> ORDER =
            Comparator.comparingInt(ServerVersion::major)
                    .thenComparingInt(ServerVersion::minor)
                    .thenComparingInt(ServerVersion::patch);

    /**
     * Reads {@code 2.10} (its first release), {@code 2.11.2} or {@code v2.11.2}.
     *
     * @throws IllegalArgumentException if it is no version, or one without auth callouts
     */
    public static ServerVersion parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "oldest-server: " + text + " (expected: a version like 2.10 or 2.11.2)");
        }
        ServerVersion version =
                new ServerVersion(
                        Integer.parseInt(form.group(1)),
                        Integer.parseInt(form.group(2)),
                        form.group(3) == null ? 0 : Integer.parseInt(form.group(3)));
        if (version.compareTo(OLDEST) < 0) {
            throw new IllegalArgumentException(
                    "oldest-server: " + text + " (expected: >= 2.10, which brought auth callouts)");
        }
        return version;
    }

    boolean knows(ServerVersion since) {
        return compareTo(since) >= 0;
    }

    @Override
    public int compareTo(ServerVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
