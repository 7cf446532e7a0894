// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.AuditUnavailable;
import io.countersign.audit.EntryIds;
import io.countersign.audit.Kind;
import io.countersign.cluster.Confirmation;
import io.countersign.cluster.Revocation;
import io.countersign.cluster.RevocationBook;
import io.countersign.cluster.RevocationKind;
import io.countersign.cluster.SignedRevocation;
import io.countersign.nats.AdminDesk;
import io.countersign.nats.RecordExchange;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What administrators can ask of an instance; each act gets an entry. Thread-safe. */
final class InstanceActs implements AdminDesk.Acts {
    private static final Logger log = LoggerFactory.getLogger(InstanceActs.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ONCE = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration ENTRY = Duration.ofSeconds(1);

    /** As many as fit into one message. */
    private static final int LISTED = 500;

    private final InstanceRevocations revocations;
    private final LockoutActs lockouts;
    private final SessionActs sessions;
    private final ExplainActs explanations;
    private final EntryIds ids;
    private final AuditDrafts drafts;
    private final AuditTrail audit;
    private final Clock clock;
    private final RecordExchange exchange;

    InstanceActs(
            InstanceRevocations revocations,
            LockoutActs lockouts,
            SessionActs sessions,
            ExplainActs explanations,
            EntryIds ids,
            AuditDrafts drafts,
            AuditTrail audit,
            Clock clock,
            RecordExchange exchange) {
        this.revocations = revocations;
        this.lockouts = lockouts;
        this.sessions = sessions;
        this.explanations = explanations;
        this.ids = ids;
        this.drafts = drafts;
        this.audit = audit;
        this.clock = clock;
        this.exchange = exchange;
    }

    @Override
    public boolean isView(String verb) {
        return verb.equals("revocations")
                || verb.equals(LockoutActs.LIST)
                || verb.equals(ExplainActs.VERB)
                || SessionActs.isView(verb);
    }

    @Override
    public boolean takeOnce(String id) {
        return revocations.peers().takeOnce(id, ONCE);
    }

    @Override
    public byte[] refusal(String why) {
        return PrettyJson.object().put("refused", why).toString().getBytes(UTF_8);
    }

    @Override
    public byte[] act(String verb, byte[] body, String author) {
        try {
            JsonNode asked = JSON.readTree(body);
            if (LockoutActs.has(verb)) {
                return lockouts.act(verb, asked, author);
            }
            if (verb.equals(ExplainActs.VERB)) {
                return explanations.answer(asked);
            }
            Optional<byte[]> answer = sessions.act(verb, asked, author);
            if (answer.isPresent()) {
                return answer.get();
            }
            if (revocations.book().isEmpty()) {
                return refusal("keys.cluster-secret is not set: nothing can be revoked");
            }
            RevocationBook book = revocations.book().get();
            return switch (verb) {
                case "revoke" -> made(book, revocation(asked, author), asked, "revoked");
                case "unrevoke" -> made(book, lifted(book, asked, author), asked, "unrevoked");
                case "revocations" -> list(book);
                default -> refusal("no such verb: " + verb);
            };
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            return refusal(String.valueOf(e.getMessage()));
        }
    }

    private Revocation revocation(JsonNode asked, String author) {
        String word = asked.path("kind").asText();
        RevocationKind kind =
                RevocationKind.of(word)
                        .orElseThrow(() -> new IllegalArgumentException("kind: " + word));
        String expires = asked.path("expires").asText("");
        return new Revocation(
                ids.next(),
                kind,
                kind.canonical(asked.path("value").asText()),
                asked.path("reason").asText(""),
                author,
                clock.instant(),
                expires.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(expires)),
                1,
                false);
    }

    private Revocation lifted(RevocationBook book, JsonNode asked, String author) {
        String id = asked.path("id").asText();
        Revocation held =
                book.view()
                        .get(UUID.fromString(id))
                        .map(SignedRevocation::revocation)
                        .filter(r -> !r.isLifted())
                        .orElseThrow(() ->
                                new IllegalArgumentException(id + ": no revocation in force"));
        return held.lifted(author, asked.path("reason").asText(""), clock.instant());
    }

    private byte[] made(RevocationBook book, Revocation it, JsonNode asked, String what) {
        SignedRevocation record = book.enter(it);
        boolean isAudited = audited(it, what);
        long wait = Math.clamp(asked.path("wait").asLong(5000), 0, LONGEST_WAIT.toMillis());
        exchange.tell(RevocationBook.packed(record));
        Supplier<Confirmation> announcement =
                () -> revocations.peers().announce(record, Duration.ofMillis(wait));
        ObjectNode answer = json(it);
        if (it.isLifted()) {
            Confirmation confirmed = announcement.get();
            answer.set("confirmed", PrettyJson.texts(confirmed.by()));
            answer.put("instances", confirmed.of());
        } else {
            answer.setAll(sessions.end(it, announcement));
        }
        log.info("{} {} by {}", what, it.id(), it.author());
        answer.put("audited", isAudited);
        return answer.toString().getBytes(UTF_8);
    }

    /** A revocation that cannot be recorded is still made: it takes rights away, late or never. */
    private boolean audited(Revocation it, String what) {
        try {
            audit.append(
                    drafts.entry(Kind.ACT)
                            .by(it.author())
                            .refersTo(it.id())
                            .detail(
                                    "%s %s %s: %s"
                                            .formatted(
                                                    what,
                                                    it.kind().word(),
                                                    it.value(),
                                                    it.reason()))
                            .build(),
                    ENTRY);
            return true;
        } catch (AuditUnavailable e) {
            log.error("{} {} is not in the trail: {}", what, it.id(), e.getMessage());
            return false;
        }
    }

    private byte[] list(RevocationBook book) {
        Instant now = clock.instant();
        ObjectNode answer = PrettyJson.object();
        answer.put("records", book.view().size());
        answer.put("of-newer-builds", book.view().unknown());
        answer.set(
                "revocations",
                PrettyJson.array(
                        book.view().all().stream()
                                .map(SignedRevocation::revocation)
                                .filter(r -> r.isInForce(now))
                                .sorted(Comparator.comparing(Revocation::created).reversed())
                                .limit(LISTED)
                                .toList(),
                        InstanceActs::json));
        return answer.toString().getBytes(UTF_8);
    }

    private static ObjectNode json(Revocation it) {
        ObjectNode json = PrettyJson.object();
        json.put("id", it.id().toString()).put("kind", it.kind().word()).put("value", it.value());
        json.put("reason", it.reason()).put("author", it.author());
        json.put("created", it.created().toString());
        it.expires().ifPresent(end -> json.put("expires", end.toString()));
        return json;
    }
}
