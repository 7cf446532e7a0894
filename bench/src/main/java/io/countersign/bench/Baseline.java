// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was measured before, as {@link ResultFiles#writeJson} wrote it.
 *
 * @param commit what was measured
 * @param jdk the virtual machine's version
 * @param figures values by name, in the file's order
 */
record Baseline(String commit, String jdk, Map<String, Double> figures) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @throws IOException if it is not there or is no baseline; says where and what was expected
     */
    static Baseline read(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException(
                    "%s: not there (expected: made by 'ops/bench --baseline' on a quiet machine, and committed)"
                            .formatted(file));
        }
        try {
            return of(JSON.readTree(file.toFile()));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static Baseline of(JsonNode root) {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> figure : root.path("figures").properties()) {
            if (!figure.getValue().isNumber()) {
                throw new IllegalArgumentException(
                        "figures.%s: %s (expected: a number)"
                                .formatted(figure.getKey(), figure.getValue()));
            }
            figures.put(figure.getKey(), figure.getValue().doubleValue());
        }
        if (figures.isEmpty()) {
            throw new IllegalArgumentException("figures: none (expected: at least one)");
        }
        return new Baseline(root.path("commit").asText(), root.path("jdk").asText(), figures);
    }

    /** True for a virtual machine of the same feature release (25 of 25.0.3). */
    boolean isOfJdk(String version) {
        return feature(jdk).equals(feature(version));
    }

    private static String feature(String version) {
        return version.split("[^0-9]", 2)[0];
    }
}
