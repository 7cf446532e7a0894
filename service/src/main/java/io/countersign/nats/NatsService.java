// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditTrail;
import io.countersign.callout.Admission;
import io.countersign.callout.Callout;
import io.countersign.callout.Decisions;
import io.countersign.callout.KnownServers;
import io.countersign.callout.Tally;
import io.countersign.cluster.Sessions;
import io.countersign.identity.SessionLookup;
import io.countersign.nats.live.LinkPlace;
import io.countersign.nats.live.LiveSessions;
import io.countersign.trace.Traces;
import io.nats.client.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance's whole presence on NATS: the callout connections, and those of the operations and
 * system accounts where we have credentials. Made first, because the request path asks it who a
 * server is; {@link #serve} then begins to answer. Thread-safe.
 */
public final class NatsService implements AutoCloseable {
    /**
     * What it needs to know.
     *
     * @param callout the callout account: questions and answers, nothing else
     * @param operations the account for everything of ours beside them
     * @param system the system account; without it every signed request is taken
     * @param connections callout connections of this instance
     * @param metadata shown in {@code $SRV.INFO}
     */
    public record Settings(
            String instance,
            String version,
            NatsTarget callout,
            Optional<NatsTarget> operations,
            Optional<NatsTarget> system,
            int connections,
            String queueGroup,
            Map<String, String> metadata) {
        public Settings {
            metadata = Map.copyOf(metadata);
        }
    }

    /** The parts of the request path that answers come from and go through. */
    public record Path(
            Callout callout,
            Admission admission,
            Tally tally,
            Decisions decisions,
            AuditDrafts drafts,
            AuditTrail audit,
            Traces traces) {
        /** One whose decisions nobody traces. */
        public Path(
                Callout callout,
                Admission admission,
                Tally tally,
                Decisions decisions,
                AuditDrafts drafts,
                AuditTrail audit) {
            this(callout, admission, tally, decisions, drafts, audit, Traces.OFF);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(NatsService.class);

    /** How long being ready waits for the operations account. */
    private static final Duration OPERATIONS = Duration.ofSeconds(5);

    private final Settings settings;
    private final Clock clock;
    private final Sessions sessions;
    private final PeerSessions peers;
    private final Optional<NatsLink> system;
    private final ServerRoster roster = new ServerRoster(this::systemConnectionNow);
    private final QueueGroupCheck groups;
    private volatile @Nullable NatsLink operations;
    private volatile List<AdminDesk> desks = List.of();
    private volatile @Nullable RecordExchange records;
    private volatile @Nullable LiveSessions live;
    private volatile IntSupplier members = () -> 1;
    private volatile @Nullable Responder responder;
    private volatile @Nullable Verdicts verdicts;

    /** Dials the system account, if there are credentials; answers nothing yet. */
    public NatsService(Settings settings, Sessions sessions, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.sessions = sessions;
        this.peers = new PeerSessions(sessions);
        this.groups = new QueueGroupCheck(settings.queueGroup());
        this.system =
                settings.system()
                        .map(t -> new NatsLink(t, settings.instance() + " system", this::watch));
        system.ifPresent(NatsLink::start);
    }

    /** Who is a server of ours; everybody who signs, without system credentials. */
    public KnownServers knownServers() {
        return system.isPresent() ? roster : KnownServers.ANY;
    }

    private Optional<Connection> systemConnectionNow() {
        return system.flatMap(NatsLink::connection);
    }

    /** Finds the session of a connection, whichever instance granted it. */
    public SessionLookup sessions() {
        return peers;
    }

    /** Takes and tells signed records, where there are operations credentials. */
    public void exchangesAt(RecordExchange exchange) {
        records = exchange;
    }

    /** Takes administrators' requests too, where there are operations credentials. */
    public void administeredAt(AdminDesk... admins) {
        desks = List.of(admins);
    }

    /** Tells whoever asks how many instances this one sees in its cluster, itself among them. */
    public void seesSoMany(IntSupplier instances) {
        members = instances;
    }

    /** What instances do together goes over the first callout connection. */
    public void togetherAs(LiveSessions sessionsOfAll) {
        live = sessionsOfAll;
    }

    /** The system account, for those who end connections; empty without credentials for it. */
    public Optional<Supplier<Optional<Connection>>> systemConnection() {
        return system.map(link -> link::connection);
    }

    /** Every connection of ours that stands now, but that of the audit stream. */
    public List<LinkPlace> links() {
        List<NatsLink> all = new ArrayList<>();
        Responder answering = responder;
        if (answering != null) {
            all.addAll(answering.links());
        }
        Optional.ofNullable(operations).ifPresent(all::add);
        system.ifPresent(all::add);
        return all.stream().flatMap(link -> link.at().stream()).toList();
    }

    /**
     * Begins to answer. Completes when every callout connection has been ready once, and the
     * operations connection too, or 5 s after the others without it: logins do not depend on it.
     */
    public CompletableFuture<Void> serve(Path path) {
        ServiceDiscovery discovery =
                new ServiceDiscovery(
                        new ServiceDiscovery.Facts(
                                ServiceDiscovery.Facts.newId(),
                                settings.version(),
                                Responder.SUBJECT,
                                settings.queueGroup(),
                                clock.instant(),
                                settings.metadata()),
                        path.tally(),
                        path.callout()::revision,
                        () -> members.getAsInt());
        Verdicts heard = new Verdicts(path.decisions(), sessions, path.drafts(), path.audit());
        verdicts = heard;
        Responder answering =
                new Responder(
                        settings.callout(),
                        settings.instance(),
                        settings.connections(),
                        settings.queueGroup(),
                        path.callout(),
                        path.admission(),
                        path.tally(),
                        path.traces(),
                        clock,
                        new Extras(discovery, peers, heard, Optional.ofNullable(live)));
        responder = answering;
        settings.operations().ifPresent(target -> operate(target, discovery));
        answering.start();
        return answering.firstReady().thenCompose(_ -> operating());
    }

    private CompletableFuture<Void> operating() {
        NatsLink link = operations;
        if (link == null) {
            return CompletableFuture.completedFuture(null);
        }
        return link.firstReady()
                .copy()
                .completeOnTimeout(null, OPERATIONS.toMillis(), TimeUnit.MILLISECONDS)
                .thenRun(() -> {
                    if (!link.isReady()) {
                        log.warn("{}: not connected; logins are answered without it", link.name());
                    }
                });
    }

    /** What the first callout connection is for beside answering. */
    private record Extras(
            ServiceDiscovery discovery,
            PeerSessions peers,
            Verdicts verdicts,
            Optional<LiveSessions> live)
            implements NatsLink.Purpose {
        @Override
        public void begin(Connection connection) {
            discovery.subscribe(connection);
            peers.subscribe(connection);
            verdicts.subscribe(connection);
            live.ifPresent(it -> it.subscribe(connection));
        }

        @Override
        public void end(Connection connection, Duration limit) throws InterruptedException {
            peers.leave(connection, limit);
        }
    }

    /**
     * In the operations account people can see the instances without being able to read questions.
     */
    private void operate(NatsTarget target, ServiceDiscovery discovery) {
        NatsLink link =
                new NatsLink(
                        target,
                        settings.instance() + " operations",
                        connection -> {
                            discovery.subscribe(connection);
                            groups.start(connection);
                            RecordExchange exchange = records;
                            if (exchange != null) {
                                exchange.subscribe(connection);
                            }
                            desks.forEach(desk -> desk.subscribe(connection));
                        });
        link.start();
        operations = link;
    }

    /** Before {@link #serve} there are no decisions that an event could be about. */
    private void watch(Connection connection) {
        roster.meet(connection);
        Verdicts.watch(connection, () -> verdicts);
    }

    /** True while questions reach us. */
    public boolean isReady() {
        Responder answering = responder;
        return answering != null && answering.isReady();
    }

    /** Allows that a server did not accept, since start. */
    public long refusedAllows() {
        Verdicts heard = verdicts;
        return heard == null ? 0 : heard.refusedAllows();
    }

    /** Which server did not accept an allow of ours within the last minute, and why. */
    public Optional<String> refusedLately() {
        Verdicts heard = verdicts;
        return heard == null ? Optional.empty() : heard.refusedLately();
    }

    /**
     * Queue groups other than ours that responders in the operations account have, by service id;
     * more than none means that logins are decided twice.
     */
    public Map<String, String> otherQueueGroups() {
        return groups.others();
    }

    /**
     * Leaves the queue group, answers what is in flight, closes the callout connections.
     *
     * @return false if something was unanswered at the limit
     */
    public boolean drain(Duration limit) throws InterruptedException {
        LiveSessions together = live;
        if (together != null) {
            together.leave();
        }
        Responder answering = responder;
        return answering == null || answering.drain(limit);
    }

    @Override
    public void close() {
        LiveSessions together = live;
        if (together != null) {
            together.close();
        }
        Responder answering = responder;
        if (answering != null) {
            answering.close();
        }
        NatsLink link = operations;
        if (link != null) {
            link.close();
        }
        system.ifPresent(NatsLink::close);
    }
}
