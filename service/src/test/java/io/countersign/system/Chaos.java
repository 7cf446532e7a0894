// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;

/**
 * What {@code ops/chaos} shows beside a promise: the figures that its test measured. Elsewhere they
 * are in the output of the test.
 */
final class Chaos {
    private static final String REPORT = "countersign.chaos.report";

    private Chaos() {}

    /** Tells a figure, in words; the scenario by its name in {@code ops/chaos}. */
    @SuppressWarnings("AnnotateFormatMethod") // that annotation is not on the class path
    static void measured(String scenario, String format, Object... values) {
        String figure = String.format(Locale.ROOT, format, values);
        System.out.println("chaos " + scenario + ": " + figure);
        String file = System.getProperty(REPORT, "");
        if (file.isEmpty()) {
            return;
        }
        try {
            Files.writeString(
                    Path.of(file),
                    scenario + "\t" + figure + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What {@code ops/chaos} holds a promise to; in {@code ops/test}, where other work takes the
     * cores, twice as long.
     */
    static Duration limit(Duration promised) {
        boolean isAsked = !System.getProperty(REPORT, "").isEmpty();
        return isAsked ? promised : promised.multipliedBy(2);
    }

    /** Time since a moment of {@link System#nanoTime}. */
    static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
