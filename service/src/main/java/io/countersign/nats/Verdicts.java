// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.Kind;
import io.countersign.callout.Decisions;
import io.nats.client.Connection;
import io.nats.client.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what servers made of our answers: {@code $SYS.ACCOUNT.CLIENT.AUTH.ERR} in the callout
 * account (reference 2.9), and ties it to the decision it belongs to. A server that refuses an
 * allow of ours looks like success in our own log; this is where it shows.
 *
 * <p>The event can hold a sentinel JWT and what the client called itself: nothing of it is logged
 * but reason, server and cid.
 */
final class Verdicts {
    static final String SUBJECT = "$SYS.ACCOUNT.CLIENT.AUTH.ERR";

    private static final Logger log = LoggerFactory.getLogger(Verdicts.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration OVERLAP = Duration.ofMinutes(1);
    private static final int LONGEST_REASON = 512;

    private final Decisions decisions;
    private final AuditDrafts drafts;
    private final AuditTrail audit;
    private final Cache<UUID, Boolean> heard =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(OVERLAP).build();
    private final LongAdder againstUs = new LongAdder();

    Verdicts(Decisions decisions, AuditDrafts drafts, AuditTrail audit) {
        this.decisions = decisions;
        this.drafts = drafts;
        this.audit = audit;
    }

    void subscribe(Connection connection) {
        connection.createDispatcher().subscribe(SUBJECT, this::received);
    }

    /**
     * Allows of ours that a server did not accept, since start: more than none means a wrong
     * set-up.
     */
    long refusedAllows() {
        return againstUs.sum();
    }

    private void received(Message message) {
        try {
            JsonNode event = JSON.readTree(message.getData());
            String server = event.path("server").path("id").asText("");
            long cid = event.path("client").path("id").asLong(0);
            String reason = event.path("reason").asText("");
            decisions
                    .about(server, cid)
                    .filter(this::isNew)
                    .ifPresent(d -> judge(d, server, cid, reason));
        } catch (IOException e) {
            log.debug("not an event: {}", e.getMessage());
        }
    }

    /** While one connection replaces another, both bring the same event. */
    private boolean isNew(Decisions.Made decision) {
        return heard.asMap().putIfAbsent(decision.entry(), Boolean.TRUE) == null;
    }

    private void judge(Decisions.Made decision, String server, long cid, String reason) {
        if (decision.refusal().isPresent()) {
            return; // the server did what we said
        }
        againstUs.increment();
        String why = reason.isEmpty() ? "timed out" : cut(reason);
        log.error(
                "server {} did not accept our answer for cid {} (entry {}): {}",
                server,
                Long.toUnsignedString(cid),
                decision.entry(),
                why);
        var entry =
                drafts.entry(Kind.VERDICT)
                        .decision("refused-by-server")
                        .detail(why)
                        .refersTo(decision.entry())
                        .build();
        audit.submit(entry);
    }

    private static String cut(String reason) {
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON);
    }
}
