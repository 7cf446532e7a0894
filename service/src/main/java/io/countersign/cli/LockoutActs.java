// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.AuditUnavailable;
import io.countersign.audit.Kind;
import io.countersign.cluster.throttle.Lockout;
import io.countersign.cluster.throttle.Throttles;
import io.countersign.identity.HostAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What administrators can ask about lockouts; each one that is lifted gets an entry. Thread-safe.
 */
final class LockoutActs {
    static final String LIST = "lockouts";
    private static final String UNLOCK = "unlock";
    private static final Set<String> VERBS = Set.of(LIST, UNLOCK);
    private static final Logger log = LoggerFactory.getLogger(LockoutActs.class);
    private static final Duration ENTRY = Duration.ofSeconds(1);

    /** As many as fit into one message. */
    private static final int LISTED = 500;

    private final Throttles throttles;
    private final AuditDrafts drafts;
    private final AuditTrail audit;

    LockoutActs(Throttles throttles, AuditDrafts drafts, AuditTrail audit) {
        this.throttles = throttles;
        this.drafts = drafts;
        this.audit = audit;
    }

    static boolean has(String verb) {
        return VERBS.contains(verb);
    }

    /**
     * Does it.
     *
     * @throws IllegalArgumentException if there is no such lockout
     */
    byte[] act(String verb, JsonNode asked, String author) {
        ObjectNode answer = verb.equals(LIST) ? list(asked) : unlocked(asked, author);
        return answer.toString().getBytes(UTF_8);
    }

    private ObjectNode list(JsonNode asked) {
        String rule = asked.path("rule").asText("");
        String text = asked.path("about").asText("");
        List<Lockout> fitting =
                throttles.book().active().stream()
                        .filter(it -> rule.isEmpty() || it.rule().equals(rule))
                        .filter(it -> text.isEmpty() || it.label().contains(text))
                        .sorted(Comparator.comparingLong(Lockout::since).reversed())
                        .toList();
        ObjectNode answer = PrettyJson.object().put("count", fitting.size());
        answer.set(
                "lockouts", PrettyJson.array(fitting.stream().limit(LISTED).toList(), this::json));
        return answer;
    }

    private ObjectNode unlocked(JsonNode asked, String author) {
        String reason = asked.path("reason").asText("");
        if (asked.hasNonNull("id")) {
            String id = asked.path("id").asText();
            return throttles
                    .unlock(id)
                    .map(it -> lifted(it, reason, author))
                    .orElseThrow(() -> new IllegalArgumentException(id + ": no lockout in force"));
        }
        // One that ends by itself meanwhile is left out.
        List<ObjectNode> lifted =
                named(asked).stream()
                        .flatMap(id -> throttles.unlock(id).stream())
                        .map(it -> lifted(it, reason, author))
                        .toList();
        ObjectNode answer = PrettyJson.object().put("count", lifted.size());
        answer.set("unlocked", PrettyJson.array(lifted, it -> it));
        return answer;
    }

    /** Those of a name, of an address, or of both. */
    private List<String> named(JsonNode asked) {
        String user = asked.path("user").asText("");
        String from = asked.path("address").asText("");
        if (user.isEmpty() && from.isEmpty()) {
            throw new IllegalArgumentException(
                    "unlock: nothing named (expected: id, user or address)");
        }
        Optional<HostAddress> address = HostAddress.parse(from);
        if (!from.isEmpty() && address.isEmpty()) {
            throw new IllegalArgumentException("address: " + from + " (expected: an address)");
        }
        List<String> ids =
                throttles.book().active().stream()
                        .filter(it -> user.isEmpty() || it.isOfUser(user))
                        .filter(it -> address.map(it::isFrom).orElse(true))
                        .map(Lockout::id)
                        .toList();
        if (ids.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s %s: no lockout in force".formatted(user, from).strip());
        }
        return ids;
    }

    private ObjectNode lifted(Lockout it, String reason, String author) {
        log.info("lockout {} of {} lifted by {}", it.id(), it.rule(), author);
        return json(it).put("audited", audited(it, reason, author));
    }

    private boolean audited(Lockout it, String reason, String author) {
        try {
            audit.append(
                    drafts.entry(Kind.ACT)
                            .by(author)
                            .detail(
                                    "unlocked %s (%s: %s): %s"
                                            .formatted(it.id(), it.rule(), it.label(), reason))
                            .build(),
                    ENTRY);
            return true;
        } catch (AuditUnavailable e) {
            log.error("the end of lockout {} is not in the trail: {}", it.id(), e.getMessage());
            return false;
        }
    }

    private ObjectNode json(Lockout it) {
        ObjectNode json = PrettyJson.object();
        json.put("id", it.id()).put("rule", it.rule()).put("about", it.label());
        json.put("failures", it.failures()).put("level", it.level());
        json.put("since", Instant.ofEpochMilli(it.since()).toString());
        json.put("until", Instant.ofEpochMilli(it.until()).toString());
        return json.put("observed", throttles.isObserved(it));
    }
}
