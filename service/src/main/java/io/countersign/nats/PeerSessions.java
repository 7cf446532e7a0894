// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.countersign.cluster.Session;
import io.countersign.cluster.Sessions;
import io.countersign.crypto.NKey;
import io.countersign.identity.SessionLookup;
import io.countersign.protocol.Deadline;
import io.nats.client.Connection;
import io.nats.client.Message;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds a session that any instance granted: our own list first, then a question to the peers, who
 * have 50 ms (design, decision 10). A server that asks again after a reload may reach another
 * instance than the first time (reference 7.6).
 *
 * <p>The question travels in the callout account, which holds callout connections and nothing else,
 * so whoever answers is one of us.
 */
final class PeerSessions implements SessionLookup {
    static final String SUBJECT = "countersign.peer.session";
    private static final Duration PATIENCE = Duration.ofMillis(50);

    private final Sessions own;

    private final Map<Connection, Line> lines = new ConcurrentHashMap<>();

    /** Where peers are asked: on the last connection that was set up. */
    private volatile @Nullable Line current;

    /** A connection, and our questions that are under way on it. */
    private record Line(Connection connection, InFlight questions) {}

    PeerSessions(Sessions own) {
        this.own = own;
    }

    /** Answers the peers' questions on this connection: with a session of ours, or not at all. */
    void subscribe(Connection connection) {
        lines.keySet().removeIf(old -> old.getStatus() == Connection.Status.CLOSED);
        Line line = new Line(connection, new InFlight());
        lines.put(connection, line);
        current = line;
        connection.createDispatcher().subscribe(SUBJECT, question -> answer(connection, question));
    }

    /**
     * Waits until no question of ours is under way on a connection that another has replaced. It
     * would look as if no peer knew the session.
     */
    void leave(Connection connection, Duration limit) throws InterruptedException {
        Line line = lines.remove(connection);
        if (line != null) {
            line.questions().awaitNone(limit);
        }
    }

    private void answer(Connection connection, Message question) {
        if (question.getReplyTo() == null) {
            return;
        }
        SessionJson.question(question.getData())
                .flatMap(asked -> own.find(asked.server(), asked.cid()))
                .ifPresent(s -> connection.publish(question.getReplyTo(), SessionJson.session(s)));
    }

    /** What is known of a connection, here or at a peer. Waits 50 ms at most for the peers. */
    @Override
    public Answer find(NKey server, long cid, Deadline deadline) {
        return own.find(server, cid)
                .map(PeerSessions::granted)
                .orElseGet(() -> askPeers(server, cid, deadline.remaining()));
    }

    private Answer askPeers(NKey server, long cid, Duration left) {
        Duration limit = left.compareTo(PATIENCE) < 0 ? left : PATIENCE;
        if (limit.isZero()) {
            return new Unreachable("no time to ask the other instances");
        }
        Line line = enter();
        if (line == null) {
            return new Unreachable("no connection to ask the other instances");
        }
        try {
            return ask(line.connection(), server, cid, limit);
        } finally {
            line.questions().leave();
        }
    }

    /** Counts a question on the connection that is the current one also after counting. */
    private @Nullable Line enter() {
        Line line = current;
        while (line != null) {
            line.questions().enter();
            Line now = current;
            if (now != null && now.questions() == line.questions()) {
                return line;
            }
            line.questions().leave();
            line = now;
        }
        return null;
    }

    private static Answer ask(Connection connection, NKey server, long cid, Duration limit) {
        try {
            Message answer = connection.request(SUBJECT, SessionJson.question(server, cid), limit);
            if (answer == null && connection.getStatus() != Connection.Status.CONNECTED) {
                return new Unreachable("the connection ended");
            }
            return Optional.ofNullable(answer)
                    .flatMap(m -> SessionJson.session(m.getData()))
                    .filter(s -> s.server().equals(server) && s.cid() == cid)
                    .map(PeerSessions::granted)
                    .orElseGet(Unknown::new);
        } catch (IllegalStateException e) {
            return new Unreachable("not connected");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Unreachable("interrupted");
        }
    }

    private static Answer granted(Session session) {
        return new Granted(session.resumable(), session.address(), session.expires());
    }
}
