// SPDX-License-Identifier: Apache-2.0
package io.countersign.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Nothing is shipped under a licence that we did not choose, and the page of licences lists exactly
 * what is shipped. It reads the bills of materials of both builds, and so runs after the packaging.
 */
class LicencesIT {
    private static final Path PAGE = Path.of("..", "ops", "docs", "licences.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\| ([^|]+) \\|$");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One of them is enough, where a component leaves the choice. */
    private static final Set<String> TAKEN =
            Set.of(
                    "Apache-2.0",
                    "MIT",
                    "BSD-2-Clause",
                    "BSD-3-Clause",
                    "0BSD",
                    "EPL-1.0",
                    "EPL-2.0",
                    "Bouncy Castle Licence",
                    "Go License");

    @Test
    void licences_ofWhatIsShipped_areThoseThatWeTake() throws IOException {
        Map<String, Set<String>> shipped = shipped();
        assertThat(shipped).hasSizeGreaterThan(50);
        shipped.values().removeIf(licences -> licences.stream().anyMatch(TAKEN::contains));
        assertThat(shipped).isEmpty();
    }

    @Test
    void page_listsWhatIsShipped() throws IOException {
        Map<String, String> listed = new TreeMap<>();
        for (MatchResult row : ROW.matcher(Files.readString(PAGE)).results().toList()) {
            listed.put(row.group(1), row.group(2));
        }
        Map<String, String> shipped = new TreeMap<>();
        shipped()
                .forEach((component, licences) ->
                        shipped.put(component, String.join(" or ", licences)));
        assertThat(listed).isEqualTo(shipped);
    }

    /** Licences by group and name; ours left out. */
    private static Map<String, Set<String>> shipped() throws IOException {
        Map<String, Set<String>> found = new TreeMap<>();
        for (Path module : List.of(Path.of("..", "service"), Path.of(""))) {
            JsonNode bill = JSON.readTree(module.resolve("target/sbom.json").toFile());
            for (JsonNode each : bill.path("components")) {
                String group = each.path("group").asText();
                if (group.equals("io.countersign")) {
                    continue;
                }
                Set<String> licences = new TreeSet<>();
                for (JsonNode licence : each.path("licenses")) {
                    licences.add(name(licence));
                }
                found.computeIfAbsent(
                                group + ":" + each.path("name").asText(), _ -> new TreeSet<>())
                        .addAll(licences);
            }
        }
        return found;
    }

    private static String name(JsonNode licence) {
        JsonNode named = licence.path("license");
        return named.path("id")
                .asText(named.path("name").asText(licence.path("expression").asText("?")));
    }
}
