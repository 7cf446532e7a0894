// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is known to be wrong with released servers where auth callouts are concerned (reference
 * 3.9).
 */
final class ServerDefects {
    /** The first release without any of them. */
    static final String GOOD = "2.15.0";

    private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4}).*");

    private static final List<Defect> ALL =
            List.of(
                    new Defect("it has no auth callouts", "0.0.0", "2.10.0"),
                    new Defect("a client that is refused only times out", "2.10.0", "2.10.11"),
                    new Defect(
                            "revocations and kicks do not reach all live connections",
                            "2.10.0",
                            "2.10.17"),
                    new Defect(
                            "a client's token is shown as its name", "2.10.0", "2.10.28", "2.11.2"),
                    new Defect(
                            "the template of a scoped key can make it panic",
                            "2.11.0",
                            "2.11.14",
                            "2.12.5"),
                    new Defect(
                            "an MQTT password is passed on as a JWT",
                            "2.10.0",
                            "2.11.15",
                            "2.12.6"),
                    new Defect("an MQTT client's JWT is lost", "2.11.15", "2.12.0"),
                    new Defect("an MQTT client's JWT is lost", "2.12.6", "2.12.7"),
                    new Defect(
                            "a push of an account's keys can make it crash",
                            "2.10.0",
                            "2.12.12",
                            "2.14.3"),
                    new Defect(
                            "with no_auth_user a client that says nothing gets in without a question",
                            "2.10.0",
                            "2.12.14",
                            "2.14.4"),
                    new Defect(
                            "a client with a credential of its own that claims an auth user's name gets in"
                                    + " without a question",
                            "2.10.0",
                            "2.15.0"));

    private ServerDefects() {}

    /**
     * One of them.
     *
     * @param since the first release that has it
     * @param fixed releases that ended it, each in its line; lines between have it, later ones not
     */
    private record Defect(String what, Version since, List<Version> fixed) {
        Defect(String what, String since, String... fixed) {
            this(
                    what,
                    Version.parse(since).orElseThrow(),
                    Arrays.stream(fixed).map(it -> Version.parse(it).orElseThrow()).toList());
        }

        boolean isIn(Version version) {
            boolean isFixedInLine =
                    fixed.stream()
                            .filter(it -> it.isOfLine(version))
                            .anyMatch(it -> version.compareTo(it) >= 0);
            return version.compareTo(since) >= 0
                    && version.compareTo(fixed.getLast()) < 0
                    && !isFixedInLine;
        }
    }

    private record Version(int major, int minor, int patch) implements Comparable<Version> {
        static Optional<Version> parse(String text) {
            Matcher form = FORM.matcher(text);
            return form.matches()
                    ? Optional.of(
                            new Version(
                                    Integer.parseInt(form.group(1)),
                                    Integer.parseInt(form.group(2)),
                                    Integer.parseInt(form.group(3))))
                    : Optional.empty();
        }

        boolean isOfLine(Version other) {
            return major == other.major && minor == other.minor;
        }

        @Override
        public int compareTo(Version other) {
            int byMajor = Integer.compare(major, other.major);
            int byMinor = Integer.compare(minor, other.minor);
            return byMajor != 0
                    ? byMajor
                    : byMinor != 0 ? byMinor : Integer.compare(patch, other.patch);
        }
    }

    /** In words; none for a version that cannot be read. */
    static List<String> of(String version) {
        return Version.parse(version)
                .map(it ->
                        ALL.stream().filter(defect -> defect.isIn(it)).map(Defect::what).toList())
                .orElse(List.of());
    }
}
