// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditEntryBuilder;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.Kind;
import io.countersign.callout.Decisions;
import io.countersign.cluster.Session;
import io.countersign.cluster.Sessions;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what servers made of our answers, and writes it into the trail beside the decision that it
 * belongs to: accepted, refused by the server, timed out, ended (decision record 0031). A server
 * that refuses an allow of ours looks like success in our own log; this is where it shows.
 *
 * <p>Every instance hears every event, in the callout account ({@code AUTH.ERR}) and with system
 * credentials the rest; the one that made the decision writes the entry, because only it knows it.
 * Nobody waits for these entries, and events that come faster than they can be read are dropped.
 * Thread-safe.
 */
final class Verdicts {
    static final String REFUSED = "$SYS.ACCOUNT.CLIENT.AUTH.ERR";
    static final String CONNECTED = "$SYS.ACCOUNT.*.CONNECT";
    static final String DISCONNECTED = "$SYS.ACCOUNT.*.DISCONNECT";

    private static final Logger log = LoggerFactory.getLogger(Verdicts.class);

    /** Bounds what waits in memory: an event has about 1 KB. */
    private static final int MOST_WAITING = 16_384;

    private static final long MOST_WAITING_BYTES = 16L << 20;

    private final Decisions decisions;
    private final Sessions sessions;
    private final AuditDrafts drafts;
    private final AuditTrail audit;
    private final LongAdder againstUs = new LongAdder();
    private final RefusedAnswers lately = new RefusedAnswers(System::nanoTime);
    private final AtomicBoolean losing = new AtomicBoolean();

    Verdicts(Decisions decisions, Sessions sessions, AuditDrafts drafts, AuditTrail audit) {
        this.decisions = decisions;
        this.sessions = sessions;
        this.drafts = drafts;
        this.audit = audit;
    }

    /** In the callout account: answers that a server did not take. */
    void subscribe(Connection connection) {
        dispatcher(connection)
                .subscribe(REFUSED, m -> SessionEvent.read(m.getData()).ifPresent(this::refused));
    }

    /** In the system account: connections that were made and that ended. */
    static void watch(Connection connection, Supplier<@Nullable Verdicts> whose) {
        // One dispatcher, so that a connection's end is not heard before its beginning.
        Dispatcher events = dispatcher(connection);
        events.subscribe(CONNECTED, m -> pass(m, whose.get(), Verdicts::connected));
        events.subscribe(DISCONNECTED, m -> pass(m, whose.get(), Verdicts::disconnected));
    }

    private static void pass(
            Message message, @Nullable Verdicts whose, BiConsumer<Verdicts, SessionEvent> event) {
        if (whose != null) {
            SessionEvent.read(message.getData()).ifPresent(read -> event.accept(whose, read));
        }
    }

    private static Dispatcher dispatcher(Connection connection) {
        Dispatcher dispatcher = connection.createDispatcher();
        dispatcher.setPendingLimits(MOST_WAITING, MOST_WAITING_BYTES);
        return dispatcher;
    }

    /**
     * Allows of ours that a server did not accept, since start: more than none means a wrong
     * set-up.
     */
    long refusedAllows() {
        return againstUs.sum();
    }

    /** The last of them, for a minute; an answer that came too late is no wrong set-up. */
    Optional<String> refusedLately() {
        return lately.problem();
    }

    private Optional<Decisions.Made> allow(SessionEvent event) {
        return decisions.about(event.server(), event.cid()).filter(d -> d.refusal().isEmpty());
    }

    private void refused(SessionEvent event) {
        decisions.report(
                event.server(),
                event.cid(),
                decision -> {
                    // What we refused and the server refused needs no second entry.
                    if (decision.refusal().isEmpty() && decision.isFirstRefusal()) {
                        refused(decision, event);
                    }
                });
    }

    private void refused(Decisions.Made decision, SessionEvent event) {
        againstUs.increment();
        sessions.ended(event.server(), event.cid());
        boolean late = event.reason().isEmpty(); // reference 2.9
        if (!late) {
            lately.add(event.server().text(), event.reason());
        }
        log.error(
                "server {} did not accept our answer for cid {} (entry {}): {}",
                event.server().text(),
                Long.toUnsignedString(event.cid()),
                decision.entry(),
                late ? "timed out" : event.reason());
        write(
                decision.entry(),
                entry ->
                        entry.decision(late ? "timed-out" : "refused-by-server")
                                .detail(event.reason()));
    }

    private void connected(SessionEvent event) {
        allow(event)
                .filter(Decisions.Made::isFirstAcceptance)
                .ifPresent(d -> write(d.entry(), entry -> entry.decision("accepted")));
    }

    private void disconnected(SessionEvent event) {
        Optional<Decisions.Made> decision = allow(event);
        boolean isJudged = event.reason().equals("Authentication Failure");
        Optional<UUID> ended =
                decision.isPresent()
                        // AUTH.ERR says why, and comes on its own way.
                        ? decision.filter(d -> !isJudged && d.isFirstEnd())
                                .map(Decisions.Made::entry)
                        // A live connection may have asked for more, and got a no.
                        : sessions.find(event.server(), event.cid()).map(Session::entry);
        sessions.ended(event.server(), event.cid());
        ended.ifPresent(about ->
                write(
                        about,
                        entry ->
                                entry.decision("ended")
                                        .reason(code(event.reason()))
                                        .detail(detail(event))
                                        .took(
                                                event.lasted()
                                                        .map(t -> Map.of("session", micros(t)))
                                                        .orElse(Map.of()))));
    }

    /** {@code Client Closed} becomes {@code client-closed}. */
    private static String code(String words) {
        String code =
                words.toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9]+", "-")
                        .replaceAll("^-|-$", "");
        return code.length() <= 64 ? code : "other";
    }

    private static String detail(SessionEvent event) {
        String why = event.reason().isEmpty() ? "the server gives no reason" : event.reason();
        return event.lasted()
                .map(t -> "after %d.%03d s: %s".formatted(t.toSeconds(), t.toMillisPart(), why))
                .orElse(why);
    }

    private static long micros(Duration time) {
        return TimeUnit.NANOSECONDS.toMicros(time.toNanos());
    }

    private void write(UUID about, Consumer<AuditEntryBuilder> facts) {
        AuditEntryBuilder entry = drafts.entry(Kind.VERDICT).refersTo(about);
        facts.accept(entry);
        audit.submit(entry.build())
                .whenComplete((_, failure) -> {
                    if (failure == null) {
                        losing.set(false);
                    } else if (!losing.getAndSet(true)) {
                        log.warn("verdicts of servers are not recorded: {}", failure.getMessage());
                    }
                });
    }
}
