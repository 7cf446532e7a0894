// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.AuditUnavailable;
import io.countersign.audit.Kind;
import io.countersign.cluster.Confirmation;
import io.countersign.cluster.Revocation;
import io.countersign.cluster.SessionFilter;
import io.countersign.nats.live.FilterJson;
import io.countersign.nats.live.LiveSessions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sessions and instances, as administrators ask for them. Thread-safe. */
final class SessionActs {
    private static final Logger log = LoggerFactory.getLogger(SessionActs.class);
    private static final Duration ENTRY = Duration.ofSeconds(1);

    /** For all instances to hear of a revocation, before anybody is cut off. */
    private static final Duration DENY_FIRST = Duration.ofSeconds(1);

    private final LiveSessions live;
    private final AuditDrafts drafts;
    private final AuditTrail audit;

    SessionActs(LiveSessions live, AuditDrafts drafts, AuditTrail audit) {
        this.live = live;
        this.drafts = drafts;
        this.audit = audit;
    }

    static boolean isView(String verb) {
        return verb.equals("sessions") || verb.equals("instances");
    }

    /** Empty for verbs of others. */
    Optional<byte[]> act(String verb, JsonNode asked, String author) {
        return switch (verb) {
            case "sessions" -> Optional.of(bytes(live.list(FilterJson.read(asked.path("filter")))));
            case "instances" -> Optional.of(bytes(live.statuses()));
            case "kick" -> Optional.of(bytes(kick(asked, author)));
            default -> Optional.empty();
        };
    }

    private ObjectNode kick(JsonNode asked, String author) {
        SessionFilter filter = FilterJson.read(asked.path("filter"));
        if (filter.isAll() && !asked.path("all").asBoolean()) {
            throw new IllegalArgumentException("kick: nobody named (expected: a filter, or all)");
        }
        String whom = filter.isAll() ? "all" : FilterJson.words(filter);
        String reason = asked.path("reason").asText("");
        LiveSessions.Ended ended = live.kick(filter);
        boolean isAudited =
                audited(
                        author,
                        Optional.empty(),
                        "kicked %s: %s; %s".formatted(whom, reason, words(ended)));
        log.info("{} kicked by {}: {}", whom, author, words(ended));
        return json(ended).put("audited", isAudited);
    }

    /**
     * Ends the sessions that a revocation names once all instances refuse it, or the first moment
     * has passed; and again when the last one has confirmed.
     */
    ObjectNode end(Revocation it, Supplier<Confirmation> announcement) {
        CompletableFuture<Confirmation> confirmed =
                CompletableFuture.supplyAsync(announcement, Thread::startVirtualThread);
        var _ =
                confirmed
                        .handle((_, _) -> true)
                        .completeOnTimeout(false, DENY_FIRST.toMillis(), TimeUnit.MILLISECONDS)
                        .join();
        boolean knewAll = confirmed.isDone();
        LiveSessions.Ended ended = live.end(it);
        Confirmation by = confirmed.join();
        if (!knewAll && by.isByAll()) {
            ended = live.end(it);
        }
        boolean isAudited = audited(it.author(), Optional.of(it.id()), "revoked, " + words(ended));
        log.info("revocation {}: on {}, {}", it.id(), by, words(ended));
        ObjectNode answer = PrettyJson.object();
        answer.set("confirmed", PrettyJson.texts(by.by()));
        // One that is heard and not asked shares no revocations with us: cluster-network is
        // missing.
        Set<String> all = live.known();
        all.addAll(by.by());
        answer.put("instances", Math.max(by.of(), all.size())).put("audited", isAudited);
        answer.set("sessions", json(ended));
        return answer;
    }

    private static ObjectNode json(LiveSessions.Ended ended) {
        ObjectNode json = ended.cut().json();
        json.set("confirmed", PrettyJson.texts(ended.by()));
        json.put("instances", ended.of());
        json.set("notes", PrettyJson.texts(ended.notes()));
        return json;
    }

    private static String words(LiveSessions.Ended ended) {
        return "%d sessions ended, %d remain, %d on unreachable servers"
                .formatted(ended.cut().ended(), ended.cut().remaining(), ended.cut().unreachable());
    }

    /** What cannot be recorded is still done: it takes rights away, late or never. */
    private boolean audited(String author, Optional<UUID> about, String detail) {
        try {
            var entry = drafts.entry(Kind.ACT).by(author).detail(detail);
            about.ifPresent(entry::refersTo);
            audit.append(entry.build(), ENTRY);
            return true;
        } catch (AuditUnavailable e) {
            log.error("not in the trail: {}: {}", detail, e.getMessage());
            return false;
        }
    }

    private static byte[] bytes(JsonNode json) {
        return json.toString().getBytes(UTF_8);
    }
}
