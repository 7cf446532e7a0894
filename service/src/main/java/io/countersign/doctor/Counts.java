// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What instances have counted, or how much it grew.
 *
 * @param requests that reached them
 * @param dropped of these, without an answer
 * @param reasons of refusals and drops, by code
 */
record Counts(long requests, long dropped, Map<String, Long> reasons) {
    Counts {
        reasons = Map.copyOf(reasons);
    }

    /** From answers to {@code $SRV.STATS}; instances that are not in both are left out. */
    static Counts growth(List<JsonNode> before, List<JsonNode> after) {
        Map<String, JsonNode> old = new HashMap<>();
        before.forEach(stats -> old.put(stats.path("id").asText(), endpoint(stats)));
        long requests = 0;
        long dropped = 0;
        Map<String, Long> reasons = new HashMap<>();
        for (JsonNode stats : after) {
            JsonNode then = old.get(stats.path("id").asText());
            if (then != null) {
                JsonNode now = endpoint(stats);
                requests += grown(then, now, "num_requests");
                dropped += grown(then, now, "num_errors");
                JsonNode codes = now.path("data").path("reasons");
                codes.fieldNames()
                        .forEachRemaining(code -> {
                            long more = grown(then.path("data").path("reasons"), codes, code);
                            if (more > 0) {
                                reasons.merge(code, more, Long::sum);
                            }
                        });
            }
        }
        return new Counts(requests, dropped, reasons);
    }

    private static JsonNode endpoint(JsonNode stats) {
        return stats.path("endpoints").path(0);
    }

    private static long grown(JsonNode then, JsonNode now, String name) {
        return now.path(name).asLong() - then.path(name).asLong();
    }

    boolean has(String reason) {
        return reasons.containsKey(reason);
    }
}
