// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.identity.HostAddress;
import io.countersign.policy.Reason;
import io.countersign.protocol.ConnectionType;
import io.countersign.protocol.Subjects;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Loads {@code cases.yaml}, for {@code countersign policy test}. Stateless. */
public final class PolicyCasesFile {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(365);

    private PolicyCasesFile() {}

    /**
     * Reads a file as one of several whose problems are reported together.
     *
     * @return empty if at least one problem was added
     */
    public static Optional<List<PolicyCase>> read(Path file, Problems problems) {
        return YamlFile.read(file, problems).flatMap(yaml -> of(yaml, problems, schema()));
    }

    static ConfigSchema schema() {
        return ConfigSchema.of(ConfigSchema.Kind.CASES);
    }

    static Optional<List<PolicyCase>> of(YamlFile yaml, Problems problems, ConfigSchema schema) {
        schema.check(yaml, problems);
        ConfigReader root = ConfigReader.of(yaml, problems);
        List<PolicyCase> cases = new ArrayList<>();
        for (ConfigReader at : root.key("cases").items()) {
            String note = at.key("note").text("case " + (cases.size() + 1));
            PolicyCase.Given given = given(at.key("given"));
            PolicyCase.Want want = want(at.key("want"));
            cases.add(new PolicyCase(yaml.line(at.path()), note, given, want));
        }
        return root.build(() -> List.copyOf(cases));
    }

    private static PolicyCase.Given given(ConfigReader at) {
        Map<String, List<String>> attributes = new LinkedHashMap<>();
        at.key("attributes").entries().forEach((key, it) -> attributes.put(key, it.texts()));
        ConfigReader server = at.key("server");
        return new PolicyCase.Given(
                at.key("source").text(UsersFile.SOURCE),
                at.key("user").text(""),
                at.key("groups").texts(),
                attributes,
                at.key("address").value(PolicyCasesFile::address).orElse(""),
                at.key("connection").text().map(PolicyCasesFile::connection).orElse(STANDARD),
                at.key("client-id").text(""),
                at.key("client-name").text(""),
                at.key("tls").flag(false),
                server.key("name").text(""),
                server.key("cluster").text(""),
                server.key("tags").texts(),
                at.key("at").value(PolicyCasesFile::instant));
    }

    private static final ConnectionType STANDARD = ConnectionType.STANDARD;

    private static PolicyCase.Want want(ConfigReader at) {
        Optional<String> deny = at.key("deny").value(PolicyCasesFile::reason);
        Optional<String> account = at.key("account").text();
        PolicyCase.Want want =
                new PolicyCase.Want(
                        deny,
                        at.key("rule").text(),
                        account,
                        subjects(at.key("may-publish"), Subjects::publishProblem),
                        subjects(at.key("may-not-publish"), Subjects::publishProblem),
                        subjects(at.key("may-subscribe"), Subjects::subscribeProblem),
                        subjects(at.key("may-not-subscribe"), Subjects::subscribeProblem),
                        at.key("expires-within")
                                .value(text -> DurationText.parse(text, SHORTEST, LONGEST)));
        if (deny.isPresent() && needsAGrant(want)) {
            at.key("deny")
                    .refuse(
                            "stands beside what only an allowed login has"
                                    + " (expected: at most rule beside it)");
        }
        return want;
    }

    private static boolean needsAGrant(PolicyCase.Want want) {
        return want.account().isPresent()
                || want.expiresWithin().isPresent()
                || !want.mayPublish().isEmpty()
                || !want.mayNotPublish().isEmpty()
                || !want.maySubscribe().isEmpty()
                || !want.mayNotSubscribe().isEmpty();
    }

    private static List<String> subjects(
            ConfigReader at, Function<String, Optional<String>> problem) {
        List<String> sound = new ArrayList<>();
        for (ConfigReader item : at.items()) {
            item.value(
                            text -> {
                                problem.apply(text)
                                        .ifPresent(what -> {
                                            throw new IllegalArgumentException(what);
                                        });
                                return text;
                            })
                    .ifPresent(sound::add);
        }
        return sound;
    }

    private static String address(String text) {
        return HostAddress.parse(text)
                .map(_ -> text)
                .orElseThrow(() -> new IllegalArgumentException("(expected: an IP address)"));
    }

    /** The schema has refused other words. */
    private static ConnectionType connection(String word) {
        return Arrays.stream(ConnectionType.values())
                .filter(type -> type.word().equals(word))
                .findFirst()
                .orElse(STANDARD);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException refused) {
            throw new IllegalArgumentException(
                    "(expected: a time like 2026-12-31T00:00:00Z)", refused);
        }
    }

    private static String reason(String code) {
        List<String> codes = Arrays.stream(Reason.values()).map(Reason::code).toList();
        if (!codes.contains(code)) {
            throw new IllegalArgumentException(
                    "(expected: a reason, like "
                            + NearestName.of(code, codes).orElse("no-rule")
                            + ")");
        }
        return code;
    }
}
