// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How somebody wants the pages, kept in a cookie of its own; nothing in it is secret or trusted.
 *
 * @param zone of all times on all pages
 * @param theme {@code auto}, {@code light} or {@code dark}
 * @param keys whether single letters are shortcuts
 */
public record Preferences(ZoneId zone, String theme, boolean keys) {
    static final Preferences DEFAULT = new Preferences(ZoneOffset.UTC, "auto", true);
    private static final int LONGEST = 200;

    /** What the cookie says; defaults for what it does not. */
    static Preferences parse(String cookie) {
        if (cookie.length() > LONGEST) {
            return DEFAULT;
        }
        Map<String, String> said =
                Arrays.stream(cookie.split("\\."))
                        .map(part -> part.split("~", 2))
                        .filter(part -> part.length == 2)
                        .collect(Collectors.toMap(p -> p[0], p -> p[1], (_, last) -> last));
        return of(
                said.getOrDefault("tz", "").replace('!', '/'),
                said.getOrDefault("theme", ""),
                !said.getOrDefault("keys", "").equals("off"));
    }

    static Preferences of(String zone, String theme, boolean keys) {
        return new Preferences(
                zone(zone).orElse(ZoneOffset.UTC),
                theme.matches("light|dark") ? theme : "auto",
                keys);
    }

    /** A zone by its name; empty if there is none such. */
    static Optional<ZoneId> zone(String name) {
        try {
            return name.isBlank() || name.length() > 64
                    ? Optional.empty()
                    : Optional.of(ZoneId.of(name.equals("UTC") ? "Z" : name));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    Preferences in(ZoneId other) {
        return new Preferences(other, theme, keys);
    }

    /** As the cookie has it: letters that need no quoting. */
    String cookie() {
        return "tz~%s.theme~%s.keys~%s"
                .formatted(zoneName().replace('/', '!'), theme, keys ? "on" : "off");
    }

    /** The zone as people write it. */
    public String zoneName() {
        return zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
    }
}
