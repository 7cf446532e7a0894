// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers of bytes as people write them: {@code 512B}, {@code 64KiB}, {@code 256MiB}, {@code 2GiB}.
 */
public final class SizeText {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(B|KiB|MiB|GiB)");

    private SizeText() {}

    /**
     * Reads one within bounds in bytes, both included.
     *
     * @throws IllegalArgumentException with what was expected
     */
    public static long parse(String text, long min, long max) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "(expected: a size like 512B, 64KiB, 256MiB or 2GiB)");
        }
        long bytes = Long.parseLong(form.group(1)) << shift(form.group(2));
        if (bytes < min || bytes > max) {
            throw new IllegalArgumentException(
                    "(expected: " + format(min) + " to " + format(max) + ")");
        }
        return bytes;
    }

    /** In the largest unit that fits without a rest. */
    public static String format(long bytes) {
        String unit = "B";
        for (String larger : new String[] {"GiB", "MiB", "KiB"}) {
            if (bytes != 0 && bytes % (1L << shift(larger)) == 0) {
                unit = larger;
                break;
            }
        }
        return (bytes >> shift(unit)) + unit;
    }

    private static int shift(String unit) {
        return switch (unit) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            default -> 0;
        };
    }
}
