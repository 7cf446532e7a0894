// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import static io.countersign.policy.Draft.rule;
import static io.countersign.policy.Outcomes.deny;
import static io.countersign.policy.Outcomes.permissions;
import static io.countersign.policy.Outcomes.reason;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No client gets more than was written, whatever it is called. */
class TemplateGuardTest {
    private static final Policy TELEMETRY =
            Policies.of(rule("r").name("*").broad().publish("telemetry.{{name}}.>")).policy();

    // 59
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a.b",
                "*",
                ">",
                "a*",
                "a>",
                " ",
                "a b",
                "a\tb",
                "a\nb",
                "a\r",
                "a\u0000",
                "a\u007f",
                "a\u0085",
                "a\u00a0b",
                "a\u00adb",
                "a\u034fb",
                "a\u115f",
                "a\u180eb",
                "a\u200bb",
                "a\u200db",
                "a\u202eb",
                "a\u2028b",
                "a\u2060b",
                "a\u2800b",
                "a\u3000b",
                "a\u3164b",
                "a\ufe0fb",
                "a\ufeffb",
                "a\uffa0b",
                "a\ue000b",
                "a\uffffb",
                "a\ud800",
                "\udc00a",
                "a\udb40\udc41",
                "{{name}}",
                "a{b",
                "a}b"
            })
    void unsafeName_inTemplate_isDenied(String name) {
        assertThat(reason(TELEMETRY, Client.named(name))).isEqualTo(Reason.UNSAFE_TEMPLATE_VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice",
                "a-b_c",
                "$1",
                "a@example",
                "~!#%&()",
                "a:b/c",
                "jos\u00e9",
                "\u5f20\u4e09",
                "\ud83d\ude00"
            })
    void safeName_inTemplate_standsAsItIs(String name) {
        assertThat(permissions(TELEMETRY, Client.named(name)).publish().allow())
                .containsExactly("telemetry." + name + ".>");
    }

    @Test
    void name_of128Characters_isTheLongest() {
        assertThat(permissions(TELEMETRY, Client.named("x".repeat(128))).publish().allow())
                .hasSize(1);
        assertThat(reason(TELEMETRY, Client.named("x".repeat(129))))
                .isEqualTo(Reason.UNSAFE_TEMPLATE_VALUE);
    }

    @Test
    void denial_namesVariableAndCharacterNotTheValue() {
        Decision.Deny deny = deny(TELEMETRY, Client.named("evil.>"));

        assertThat(deny.detail())
                .isEqualTo("{{name}}: contains U+002E (expected: one subject token)");
        assertThat(deny.rule()).contains(new RuleId("r"));
    }

    @Test
    void unsafeValue_inDenyOrTag_isDeniedToo() {
        Policy denying =
                Policies.of(rule("r").name("*").broad().publish("a.>").denyPublish("a.{{name}}"))
                        .policy();
        Policy tagged =
                Policies.of(rule("r").name("*").broad().publish("a").tags("n:{{name}}")).policy();

        assertThat(reason(denying, Client.named("x.y"))).isEqualTo(Reason.UNSAFE_TEMPLATE_VALUE);
        assertThat(reason(tagged, Client.named("x.y"))).isEqualTo(Reason.UNSAFE_TEMPLATE_VALUE);
    }

    @Test
    void unsafeValue_notUsedByTheRule_doesNotMatter() {
        Policy policy = Policies.of(rule("r").name("*").broad().publish("a.{{source}}")).policy();

        assertThat(permissions(policy, Client.named("x.>")).publish().allow())
                .containsExactly("a.users");
    }

    @Test
    void templates_asPartOfAToken_stayOneToken() {
        Policy policy =
                Policies.of(
                                rule("r")
                                        .name("*")
                                        .broad()
                                        .publish("dev.sensor-{{name}}-{{ source }}.up"))
                        .policy();

        assertThat(permissions(policy, Client.named("7")).publish().allow())
                .containsExactly("dev.sensor-7-users.up");
    }

    @Test
    void attribute_withSeveralValues_givesASubjectForEach() {
        Policy policy =
                Policies.of(
                                rule("r")
                                        .name("*")
                                        .broad()
                                        .subscribe("s.{{attribute.site}}.{{name}} q"))
                        .policy();

        assertThat(
                        permissions(policy, Client.named("a").attribute("site", "n", "s", "n"))
                                .subscribe()
                                .allow())
                .containsExactly("s.n.a q", "s.s.a q");
    }

    /** Both places mean the same site: crossing them would be more than was written. */
    @Test
    void attribute_usedTwiceInASubject_hasOneValueInIt() {
        Policy policy =
                Policies.of(
                                rule("r")
                                        .name("*")
                                        .broad()
                                        .publish("{{attribute.s}}.to.{{attribute.s}}"))
                        .policy();

        assertThat(
                        permissions(policy, Client.named("a").attribute("s", "n", "w"))
                                .publish()
                                .allow())
                .containsExactly("n.to.n", "w.to.w");
    }

    @Test
    void attribute_withoutValueOrWithAnUnsafeOne_isDenied() {
        Policy policy =
                Policies.of(rule("r").name("*").broad().publish("s.{{attribute.site}}")).policy();

        assertThat(deny(policy, Client.named("a")).detail())
                .isEqualTo("{{attribute.site}}: has no value");
        assertThat(reason(policy, Client.named("a").attribute("site")))
                .isEqualTo(Reason.UNSAFE_TEMPLATE_VALUE);
        assertThat(reason(policy, Client.named("a").attribute("site", "n", "*")))
                .isEqualTo(Reason.UNSAFE_TEMPLATE_VALUE);
    }

    @Test
    void attribute_withTooManyValues_isDenied() {
        Policy policy =
                Policies.of(
                                rule("r")
                                        .name("*")
                                        .broad()
                                        .publish("s.{{attribute.a}}.{{attribute.b}}"))
                        .policy();

        assertThat(permissions(policy, values(8, 8)).publish().allow()).hasSize(64);
        assertThat(reason(policy, values(8, 9))).isEqualTo(Reason.UNSAFE_TEMPLATE_VALUE);
    }

    private static Client values(int a, int b) {
        return Client.named("n").attribute("a", numbers(a)).attribute("b", numbers(b));
    }

    private static String[] numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
    }

    @Test
    void subject_thatGrowsTooLong_isDenied() {
        Policy policy =
                Policies.of(rule("r").name("*").broad().publish("{{name}}.".repeat(9) + "x"))
                        .policy();

        assertThat(reason(policy, Client.named("x".repeat(128))))
                .isEqualTo(Reason.UNSAFE_TEMPLATE_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$SYS", "$JS", "$x", "_INBOX", "_R_", "_GR_"})
    void name_ofASystemSubject_asFirstToken_isDenied(String name) {
        Policy policy = Policies.of(rule("r").name("*").broad().subscribe("{{name}}.>")).policy();

        assertThat(reason(policy, Client.named(name))).isEqualTo(Reason.UNSAFE_TEMPLATE_VALUE);
        assertThat(permissions(TELEMETRY, Client.named(name)).publish().allow()).hasSize(1);
    }

    @Test
    void clientId_inTemplate_isGuardedAndWarnedOf() {
        Policies policies = Policies.of(rule("r").user("alice").publish("mqtt.{{client-id}}.out"));

        assertThat(
                        permissions(policies.policy(), Client.named("alice").mqttId("dev7"))
                                .publish()
                                .allow())
                .containsExactly("mqtt.dev7.out");
        assertThat(reason(policies.policy(), Client.named("alice").mqttId("a/#/>")))
                .isEqualTo(Reason.UNSAFE_TEMPLATE_VALUE);
        assertThat(reason(policies.policy(), Client.named("alice")))
                .isEqualTo(Reason.UNSAFE_TEMPLATE_VALUE);
        assertThat(policies.warnings()).singleElement().asString().contains("proven by nobody");
    }

    /**
     * Any name in any template: either a denial, or only subjects that the template with one plain
     * token in its place would have. The oracle knows nothing of our template or subject code.
     */
    @Test
    void anyNameInAnyTemplate_neverMatchesMoreThanWasWritten() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int granted = 0;
        for (int i = 0; i < 4_000; i++) {
            String template = template(random);
            String name = text(random, "ab.*> {}$_\u00e9\u200b\n", 1 + random.nextInt(4));
            PolicyCompilation compilation =
                    Policies.of(rule("r").name("*").broad().publish(template)).compilation();
            if (compilation instanceof PolicyCompilation.Compiled(Policy policy, var _)
                    && policy.decide(Client.named(name).facts(), Outcomes.NOW)
                            instanceof Decision.Allow(Grant grant, var _)) {
                granted++;
                assertThat(grant.permissions().publish().allow())
                        .as("seed %d: %s with %s", seed, template, name)
                        .allMatch(subject -> isAsWritten(template, subject, name));
            }
        }
        assertThat(granted).as("seed %d: cases that grant at all", seed).isGreaterThan(100);
    }

    private static String template(Random random) {
        StringBuilder template = new StringBuilder();
        int tokens = 1 + random.nextInt(4);
        for (int i = 0; i < tokens; i++) {
            template.append(i == 0 ? "" : ".");
            template.append(
                    switch (random.nextInt(6)) {
                        case 0 -> "{{name}}";
                        case 1 -> "a{{name}}";
                        case 2 -> "{{name}}b";
                        case 3 -> "*";
                        case 4 -> i == tokens - 1 ? ">" : "b";
                        default -> text(random, "ab", 2);
                    });
        }
        return template.toString();
    }

    private static String text(Random random, String alphabet, int length) {
        return IntStream.range(0, length)
                .mapToObj(_ -> "" + alphabet.charAt(random.nextInt(alphabet.length())))
                .reduce("", String::concat);
    }

    /**
     * Token for token: wildcards only where they were written, values only where variables were.
     */
    private static boolean isAsWritten(String template, String subject, String name) {
        String[] written = template.split("\\.", -1);
        String[] got = subject.split("\\.", -1);
        if (written.length != got.length) {
            return false;
        }
        for (int i = 0; i < got.length; i++) {
            boolean wild = got[i].contains("*") || got[i].contains(">");
            boolean wildWritten = written[i].equals("*") || written[i].equals(">");
            if (wild != wildWritten
                    || !got[i].equals(written[i].replace("{{name}}", name))
                    || got[i].chars().anyMatch(c -> c <= ' ' || c == '\u200b')) {
                return false;
            }
        }
        return true;
    }
}
