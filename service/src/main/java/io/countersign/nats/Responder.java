// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.countersign.audit.AuditEntry;
import io.countersign.callout.Admission;
import io.countersign.callout.Callout;
import io.countersign.callout.Inbound;
import io.countersign.callout.Outcome;
import io.countersign.callout.Tally;
import io.countersign.policy.Reason;
import io.countersign.trace.Note;
import io.countersign.trace.Trace;
import io.countersign.trace.Traces;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes questions from {@code $SYS.REQ.USER.AUTH} on several connections, all in one queue group,
 * and sends the answers back.
 *
 * <p>Several connections, because a server handles our replies one after the other on the
 * connection that brings them (reference 2.8), and because a server that stops should not take the
 * whole instance with it. Each message goes through {@link Admission} to a virtual thread of its
 * own; what finds no place is dropped and counted.
 */
public final class Responder implements AutoCloseable {
    /** The subject on which servers ask (ADR-26). */
    public static final String SUBJECT = "$SYS.REQ.USER.AUTH";

    private static final Logger log = LoggerFactory.getLogger(Responder.class);
    private static final String XKEY_HEADER = "Nats-Server-Xkey";

    /** Messages that may wait in the client library; beyond it the newest are dropped there. */
    private static final int PENDING = 20_000;

    private static final long PENDING_BYTES = 64L << 20;

    private final Callout callout;
    private final Admission admission;
    private final Tally tally;
    private final Traces traces;
    private final Clock clock;
    private final String queueGroup;
    private final List<NatsLink> links = new ArrayList<>();
    private final Map<Connection, Desk> desks = new ConcurrentHashMap<>();

    /**
     * Makes the links; {@link #start} dials.
     *
     * @param connections how many, 1 to 16
     * @param extras what else the first connection is for
     */
    Responder(
            NatsTarget target,
            String name,
            int connections,
            String queueGroup,
            Callout callout,
            Admission admission,
            Tally tally,
            Traces traces,
            Clock clock,
            NatsLink.Purpose extras) {
        this.callout = callout;
        this.admission = admission;
        this.tally = tally;
        this.traces = traces;
        this.clock = clock;
        this.queueGroup = queueGroup;
        ServerSpread spread =
                new ServerSpread(target.servers(), System::nanoTime, ThreadLocalRandom.current());
        for (int i = 1; i <= connections; i++) {
            NatsLink.Purpose more = i == 1 ? extras : NatsLink.Purpose.NOTHING;
            links.add(
                    new NatsLink(
                            target,
                            name + " callout " + i + "/" + connections,
                            spread,
                            new Answering(more)));
        }
    }

    /** A connection's place in the queue group, and what is under way through it. */
    private record Desk(Dispatcher dispatcher, InFlight inFlight) {}

    /** What the links are for. */
    private final class Answering implements NatsLink.Purpose {
        private final NatsLink.Purpose extras;

        Answering(NatsLink.Purpose extras) {
            this.extras = extras;
        }

        @Override
        public void begin(Connection connection) {
            extras.begin(connection);
            subscribe(connection);
        }

        @Override
        public String indispensable() {
            return SUBJECT;
        }

        @Override
        public void end(Connection connection, Duration limit) throws InterruptedException {
            Desk desk = desks.remove(connection);
            if (desk != null) {
                leave(connection, desk, limit);
            }
            extras.end(connection, limit);
            flush(connection);
        }
    }

    void start() {
        links.forEach(NatsLink::start);
    }

    /**
     * Completes when every connection was ready once: subscribed, and the server has confirmed it.
     */
    CompletableFuture<Void> firstReady() {
        return CompletableFuture.allOf(
                links.stream().map(NatsLink::firstReady).toArray(CompletableFuture<?>[]::new));
    }

    /** True while at least one connection takes questions. */
    public boolean isReady() {
        return links.stream().anyMatch(NatsLink::isReady);
    }

    /** The first one also carries what instances say to one another. */
    List<NatsLink> links() {
        return List.copyOf(links);
    }

    private void subscribe(Connection connection) {
        desks.keySet().removeIf(old -> old.getStatus() == Connection.Status.CLOSED);
        Dispatcher dispatcher = connection.createDispatcher(message -> {});
        dispatcher.setPendingLimits(PENDING, PENDING_BYTES);
        Desk desk = new Desk(dispatcher, new InFlight());
        desks.put(connection, desk);
        dispatcher.subscribe(SUBJECT, queueGroup, message -> received(connection, desk, message));
    }

    private void received(Connection connection, Desk desk, Message message) {
        Inbound inbound = inbound(message);
        desk.inFlight().enter();
        Admission.Entry entry =
                admission.admit(
                        () -> {
                            try {
                                work(connection, message.getReplyTo(), inbound);
                            } finally {
                                desk.inFlight().leave();
                            }
                        },
                        () -> turnedAway(desk, inbound, Reason.OVERLOADED));
        switch (entry) {
            case ADMITTED -> {}
            case FULL -> turnedAway(desk, inbound, Reason.OVERLOADED);
            case CLOSED -> turnedAway(desk, inbound, Reason.SHUTTING_DOWN);
        }
    }

    private void turnedAway(Desk desk, Inbound inbound, Reason reason) {
        desk.inFlight().leave();
        finished(inbound, new Outcome.Dropped(reason));
    }

    private Inbound inbound(Message message) {
        Headers headers = message.getHeaders();
        List<String> keys = headers == null ? null : headers.get(XKEY_HEADER);
        Instant arrived = clock.instant();
        Trace trace = traces.begin(arrived);
        trace.stage("wait");
        return new Inbound(
                message.getData(),
                keys == null ? List.of() : keys,
                message.getReplyTo() != null,
                arrived,
                System.nanoTime(),
                trace);
    }

    private void work(Connection connection, String replyTo, Inbound inbound) {
        Outcome outcome = callout.answer(inbound);
        inbound.trace().stage("reply");
        switch (outcome) {
            case Outcome.Allowed(var answer) -> reply(connection, replyTo, answer);
            case Outcome.Refused(var answer, var reason) -> reply(connection, replyTo, answer);
            case Outcome.Dropped d -> {}
        }
        finished(inbound, outcome);
    }

    /**
     * The client library takes what is published between the end of a connection and the end of its
     * clean-up, says nothing, and never sends it; so the status is asked first.
     */
    private void reply(Connection connection, String replyTo, byte[] answer) {
        if (connection.getStatus() == Connection.Status.CONNECTED) {
            try {
                connection.publish(replyTo, answer);
                return;
            } catch (IllegalStateException e) {
                log.debug("an answer goes another way: {}", e.getMessage());
            }
        }
        replyElsewhere(connection, replyTo, answer);
    }

    /**
     * The connection went away meanwhile. Its server may have passed the question on for another
     * one, which still waits and can be reached from everywhere in the cluster.
     */
    private void replyElsewhere(Connection gone, String replyTo, byte[] answer) {
        Optional<Connection> other =
                links.stream()
                        .flatMap(link -> link.connection().stream())
                        .filter(connection -> !connection.equals(gone))
                        .findFirst();
        try {
            other.orElseThrow(() -> new IllegalStateException("no connection is left"))
                    .publish(replyTo, answer);
        } catch (IllegalStateException e) {
            log.warn("an answer could not be sent: {}", e.getMessage());
        }
    }

    private void finished(Inbound inbound, Outcome outcome) {
        tally.count(outcome, Duration.ofNanos(System.nanoTime() - inbound.arrivedNanos()));
        Trace trace = inbound.trace();
        switch (outcome) {
            case Outcome.Allowed _ -> trace.note(Note.DECISION, AuditEntry.ALLOW);
            case Outcome.Refused(var _, var reason) -> told(trace, AuditEntry.DENY, reason);
            case Outcome.Dropped(var reason) -> told(trace, AuditEntry.DROP, reason);
        }
        trace.end();
    }

    private static void told(Trace trace, String decision, Reason reason) {
        trace.note(Note.DECISION, decision);
        trace.note(Note.REASON, reason.code());
    }

    /** Leaves the queue group on a connection: no new questions, and answers to all that came. */
    private void leave(Connection connection, Desk desk, Duration limit)
            throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        if (connection.getStatus() == Connection.Status.CONNECTED) {
            // Done when the last message that had already come was handed over.
            desk.dispatcher().drain(limit).exceptionally(e -> false).join();
        }
        desk.inFlight().awaitNone(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }

    /**
     * Leaves the queue group, finishes what is in flight, and closes. After this every question
     * that reached us has its answer, unless the limit passed first.
     *
     * @return false if something was still in flight at the limit
     */
    boolean drain(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        List<Thread> leaving = new ArrayList<>();
        for (NatsLink link : links) {
            leaving.add(Thread.startVirtualThread(() -> drain(link, limit)));
        }
        for (Thread each : leaving) {
            each.join();
        }
        boolean empty =
                admission.awaitEmpty(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        admission.close();
        close();
        return empty;
    }

    private static void drain(NatsLink link, Duration limit) {
        try {
            link.drain(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void flush(Connection connection) throws InterruptedException {
        try {
            if (connection.getStatus() == Connection.Status.CONNECTED) {
                connection.flush(Duration.ofSeconds(2));
            }
        } catch (TimeoutException | IllegalStateException e) {
            log.warn("the last answers may not have left: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        links.forEach(NatsLink::close);
    }
}
