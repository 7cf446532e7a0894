// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What {@code ops/} ships for systemd and Kubernetes, judged by the tools that read it. */
class PackagingTest {
    private static final Path OPS = Path.of("..", "ops").toAbsolutePath().normalize();
    private static final Path CHART = OPS.resolve("kubernetes/chart");
    private static final Pattern EXPOSURE =
            Pattern.compile("Overall exposure level for (\\S+): ([0-9.]+)");
    private static final double MOST_EXPOSED = 2.0;

    @TempDir Path dir;

    @Test
    void chart_byHelmsOwnLint_isClean() {
        LintResult result = new Helm(CHART).lint().strict().call();

        assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
    }

    /** Manifests for those who use no helm: never edited, always what the chart gives. */
    @Test
    void manifests_inTheTree_areWhatTheChartGives() throws Exception {
        assertThat(rendered())
                .isEqualTo(Files.readString(OPS.resolve("kubernetes/countersign.yaml")));
    }

    @Test
    void chart_wrongValues_areRefusedByTheSchema() {
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("replicas", "0");
        wrong.put("heap", "lots");
        wrong.put("nonsense", "1");
        wrong.put("secretName", "");
        wrong.put("storage.size", "big");
        wrong.put("settings.mode", "both");
        wrong.put("settings.telemetry.listen", "0.0.0.0:1");
        wrong.put("settings.cluster-network.instances", "2");
        wrong.forEach((key, value) ->
                assertThatThrownBy(() -> chart().set(key, value).call())
                        .as(key)
                        .hasMessageContaining("don't meet the specifications of the schema"));
    }

    @Test
    void pods_ofTheChart_mayDoLittleAndTellWhetherTheyAreWell() {
        Map<?, ?> pod = at(kinds().get("StatefulSet"), "spec", "template", "spec");

        assertThat(pod.get("automountServiceAccountToken")).isEqualTo(false);
        assertThat(at(pod, "securityContext").get("runAsNonRoot")).isEqualTo(true);
        List<Map<?, ?>> containers = new ArrayList<>(list(pod, "containers"));
        assertThat(containers.getFirst().keySet().toString())
                .contains("livenessProbe", "readinessProbe", "startupProbe", "resources");
        containers.addAll(list(pod, "initContainers"));
        for (Map<?, ?> container : containers) {
            assertThat(at(container, "securityContext").toString())
                    .contains(
                            "allowPrivilegeEscalation=false",
                            "readOnlyRootFilesystem=true",
                            "drop=[ALL]");
        }
        assertThat(list(pod, "topologySpreadConstraints")).hasSize(2);
        assertThat(kinds().keySet()).contains("PodDisruptionBudget", "NetworkPolicy");
    }

    @Test
    void chart_ofASingleInstance_hasNoNetworkBetweenInstances() {
        String single = chart().set("replicas", "1").call();

        assertThat(single).doesNotContain("cluster-network", "PodDisruptionBudget");
    }

    /** The settings that the chart makes, with the keys of a set-up in the places of the mounts. */
    @Test
    void settings_ofTheChart_passCheck() throws Exception {
        Path house = dir.resolve("house");
        assertThat(CommandRun.of("setup", "static", "--folder", house.toString()).exitCode())
                .isZero();
        Map<?, ?> files = at(kinds().get("ConfigMap"), "data");
        String settings =
                String.valueOf(files.get("countersign.yaml"))
                        .replace("/etc/countersign/secret", house.resolve("keys").toString())
                        .replace("/etc/countersign/users", house.toString());
        Files.writeString(house.resolve("countersign.yaml"), settings);
        Files.writeString(house.resolve("policy.yaml"), String.valueOf(files.get("policy.yaml")));

        CommandRun check =
                CommandRun.of("check", "--config", house.resolve("countersign.yaml").toString());

        assertThat(check.exitCode()).as(() -> check.out() + check.err()).isZero();
    }

    @Test
    void units_bySystemd_areSoundAndLittleExposed() throws Exception {
        for (String unit : List.of("countersign.service", "countersign-view.service")) {
            Path file = OPS.resolve("systemd").resolve(unit);
            String judged =
                    run("systemd-analyze", "security", "--offline=true", "--no-pager", file);
            Matcher exposure = EXPOSURE.matcher(judged);
            assertThat(exposure.find()).as(judged).isTrue();
            System.Logger log = System.getLogger(PackagingTest.class.getName());
            log.log(System.Logger.Level.WARNING, exposure.group());
            assertThat(Double.parseDouble(exposure.group(2))).isLessThanOrEqualTo(MOST_EXPOSED);
            // The programs are not in /opt on this machine; it must have nothing else to say.
            Path copy =
                    Files.writeString(
                            dir.resolve(unit),
                            Files.readString(file)
                                    .replaceAll("/opt/countersign/ops/[a-z-]+", "/bin/true"));
            assertThat(run("systemd-analyze", "verify", "--man=no", copy)).isBlank();
        }
    }

    private static String run(Object... command) throws Exception {
        List<String> words = new ArrayList<>();
        for (Object word : command) {
            words.add(word.toString());
        }
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        try (var output = process.inputReader()) {
            String said = String.join("\n", output.lines().toList());
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(words.toString()).isTrue();
            return said;
        }
    }

    private static TemplateCommand chart() {
        return new Helm(CHART).template().withName("countersign").withNamespace("nats");
    }

    private static String rendered() {
        return chart().call();
    }

    private static Map<String, Map<?, ?>> kinds() {
        Map<String, Map<?, ?>> kinds = new LinkedHashMap<>();
        for (Object document :
                new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(rendered())) {
            if (document instanceof Map<?, ?> manifest) {
                kinds.put(String.valueOf(manifest.get("kind")), manifest);
            }
        }
        return kinds;
    }

    private static Map<?, ?> at(@Nullable Map<?, ?> from, String... path) {
        Map<?, ?> found = mapping(from);
        for (String key : path) {
            found = mapping(found.get(key));
        }
        return found;
    }

    private static Map<?, ?> mapping(@Nullable Object value) {
        if (value instanceof Map<?, ?> mapping) {
            return mapping;
        }
        throw new AssertionError(value + " (expected: a mapping)");
    }

    private static List<Map<?, ?>> list(Map<?, ?> from, String key) {
        List<Map<?, ?>> items = new ArrayList<>();
        if (from.get(key) instanceof List<?> listed) {
            listed.forEach(item -> items.add(mapping(item)));
        }
        return items;
    }
}
