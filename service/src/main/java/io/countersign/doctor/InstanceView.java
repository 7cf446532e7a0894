// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.countersign.nats.PlainConnection;
import io.countersign.nats.Received;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** What instances tell of themselves ({@code $SRV}). Not thread-safe. */
final class InstanceView {
    private static final byte[] NOTHING = {};
    private static final Duration LONGEST = Duration.ofSeconds(1);

    /**
     * Instances count a question after they have answered it, on a busy machine some time after.
     */
    private static final Duration COUNTED = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final PlainConnection connection;
    private int known = Integer.MAX_VALUE;

    InstanceView(PlainConnection connection) {
        this.connection = connection;
    }

    /** Asked first: from then on it is clear how many answers to wait for. */
    List<InstanceSeen> instances() throws IOException {
        List<JsonNode> told = ask("INFO");
        if (told.isEmpty()) {
            return List.of();
        }
        known = told.size();
        Map<String, JsonNode> data = new HashMap<>();
        for (JsonNode stats : stats()) {
            data.put(stats.path("id").asText(), stats.path("endpoints").path(0).path("data"));
        }
        List<InstanceSeen> found = new ArrayList<>();
        for (JsonNode info : told) {
            String id = info.path("id").asText();
            found.add(instance(id, info, data.getOrDefault(id, MissingNode.getInstance())));
        }
        return found;
    }

    private static InstanceSeen instance(String id, JsonNode info, JsonNode data) {
        JsonNode metadata = info.path("metadata");
        return new InstanceSeen(
                id,
                metadata.path("instance").asText(id),
                metadata.path("cluster").asText(""),
                info.path("version").asText(""),
                data.path("revision").asText(""),
                info.path("endpoints").path(0).path("queue_group").asText(""),
                data.path("members").asInt());
    }

    /** What they have counted. */
    List<JsonNode> stats() throws IOException {
        return ask("STATS");
    }

    /** How much the counters grew; looks again for a while if they did not. */
    Look<Counts> growth(List<JsonNode> before) {
        if (before.isEmpty()) {
            return Look.hidden("no instance tells of itself");
        }
        return settled(() -> Look.seen(this).ask(it -> Counts.growth(before, it.stats())), COUNTED);
    }

    /** That nobody was asked is believed only if it stays so for this long. */
    static Look<Counts> settled(Supplier<Look<Counts>> growth, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        Look<Counts> counts = growth.get();
        while (counts.value().filter(it -> it.requests() == 0).isPresent()
                && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(PAUSE.toNanos());
            counts = growth.get();
        }
        return counts;
    }

    private List<JsonNode> ask(String verb) throws IOException {
        return connection
                .ask("$SRV." + verb + ".countersign", NOTHING, known, SystemView.QUIET, LONGEST)
                .stream()
                .map(Received::json)
                .toList();
    }
}
