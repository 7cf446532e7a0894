// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.audit.AuditUnavailable;
import io.countersign.audit.Erasure;
import io.countersign.audit.Hold;
import io.countersign.audit.Removed;
import io.countersign.audit.TrailKeeper;
import io.countersign.cluster.Peers;
import io.countersign.nats.AdminDesk;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What administrators can ask of every instance about its own trail: erase a person's entries, keep
 * what the law says. Each act is an entry of the trail that it changes. Thread-safe.
 */
final class TrailActs implements AdminDesk.Acts {
    private static final Logger log = LoggerFactory.getLogger(TrailActs.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ONCE = Duration.ofMillis(500);

    private final String instance;
    private final TrailKeeper keeper;
    private final Peers peers;

    TrailActs(String instance, TrailKeeper keeper, Peers peers) {
        this.instance = instance;
        this.keeper = keeper;
        this.peers = peers;
    }

    @Override
    public boolean isView(String verb) {
        return verb.equals(AdminDesk.EACH + "holds");
    }

    /** Every instance takes it, and each of them once. */
    @Override
    public boolean takeOnce(String id) {
        return peers.takeOnce(id + "/" + instance, ONCE);
    }

    @Override
    public byte[] refusal(String why) {
        return answer().put("refused", instance + ": " + why).toString().getBytes(UTF_8);
    }

    @Override
    public byte[] act(String verb, byte[] body, String author) {
        try {
            JsonNode asked = JSON.readTree(body);
            ObjectNode done =
                    switch (verb.substring(AdminDesk.EACH.length())) {
                        case "erase" -> erased(asked, author);
                        case "hold" -> held(asked, author);
                        case "release" -> released(asked, author);
                        case "holds" -> holds();
                        default -> throw new IllegalArgumentException("no such verb: " + verb);
                    };
            return done.toString().getBytes(UTF_8);
        } catch (IOException | IllegalArgumentException | DateTimeException | AuditUnavailable e) {
            return refusal(String.valueOf(e.getMessage()));
        }
    }

    private ObjectNode erased(JsonNode asked, String author) throws AuditUnavailable {
        Erasure erasure =
                new Erasure(
                        asked.path("principal").asText(""),
                        asked.path("presented").asText(""),
                        Instant.parse(asked.path("before").asText()),
                        author,
                        asked.path("reference").asText(""));
        Removed removed = keeper.erase(erasure);
        log.info(
                "{} by {}: {} entries, {} held",
                erasure,
                author,
                removed.entries(),
                removed.held());
        ObjectNode answer = answer().put("erased", removed.entries()).put("held", removed.held());
        removed.act().ifPresent(seq -> answer.put("act", seq));
        return answer;
    }

    private ObjectNode held(JsonNode asked, String author) throws AuditUnavailable {
        Hold hold =
                new Hold(
                        asked.path("name").asText(""),
                        asked.path("principal").asText(""),
                        Instant.parse(asked.path("since").asText()),
                        Instant.parse(asked.path("until").asText()));
        keeper.hold(hold, author);
        return answer().put("hold", hold.name());
    }

    private ObjectNode released(JsonNode asked, String author) throws AuditUnavailable {
        String name = asked.path("name").asText("");
        return answer().put("hold", name).put("released", keeper.release(name, author));
    }

    private ObjectNode holds() throws AuditUnavailable {
        ObjectNode answer = answer();
        answer.set(
                "holds",
                PrettyJson.array(
                        keeper.holds(),
                        hold ->
                                PrettyJson.object()
                                        .put("name", hold.name())
                                        .put("principal", hold.principal())
                                        .put("since", hold.since().toString())
                                        .put("until", hold.until().toString())));
        return answer;
    }

    private ObjectNode answer() {
        return PrettyJson.object().put("instance", instance);
    }
}
