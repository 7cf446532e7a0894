// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.SqliteTrail;
import io.countersign.audit.TrailRefused;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.config.ServiceConfig;
import io.countersign.nats.AuditLink;
import io.countersign.nats.NatsTarget;
import io.countersign.nats.live.LinkPlace;
import io.countersign.nats.relay.Relay;
import io.countersign.nats.relay.StreamAtStart;
import io.countersign.nats.relay.StreamSettings;
import io.countersign.nats.relay.WriterPresence;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** The way of an instance's trail to the audit stream: a connection, and the relay on it. */
final class InstanceRelay implements AutoCloseable {
    /** A stream that is away must not keep an instance from starting. */
    private static final Duration QUESTIONS = Duration.ofSeconds(2);

    private final AuditLink link;
    private final Relay relay;
    private final Optional<Checkpoint> predecessor;

    private InstanceRelay(AuditLink link, Relay relay, Optional<Checkpoint> predecessor) {
        this.link = link;
        this.relay = relay;
        this.predecessor = predecessor;
    }

    /**
     * Asks the stream what it holds of this instance, then begins to relay.
     *
     * @throws TrailRefused if the name is taken, or the stream contradicts our disk
     */
    static InstanceRelay start(
            NatsTarget target, ServiceConfig config, SqliteTrail trail, Path directory, Clock clock)
            throws TrailRefused {
        WriterPresence presence =
                new WriterPresence(
                        config.instance(),
                        "log %s, process %d, since %s"
                                .formatted(
                                        trail.origin().log(),
                                        ProcessHandle.current().pid(),
                                        clock.instant()));
        AuditLink link = AuditLink.writing(target, config.instance(), presence);
        try {
            Optional<Checkpoint> predecessor =
                    new StreamAtStart(link, presence, trail.reader()).ask(QUESTIONS);
            Relay relay =
                    new Relay(
                            link,
                            presence,
                            trail.reader(),
                            trail.verifier().vkey(),
                            directory,
                            settings(config.audit().stream()),
                            clock);
            relay.start();
            return new InstanceRelay(link, relay, predecessor);
        } catch (TrailRefused | RuntimeException e) {
            link.close();
            throw e;
        }
    }

    private static StreamSettings settings(ServiceConfig.Stream stream) {
        return new StreamSettings(
                stream.replicas(),
                stream.maxAge(),
                stream.maxBytes(),
                stream.create(),
                stream.update());
    }

    Relay relay() {
        return relay;
    }

    /** Where its connection is. */
    Optional<LinkPlace> at() {
        return link.at();
    }

    /** What the stream holds of the log before ours, if ours is new. */
    Optional<Checkpoint> predecessor() {
        return predecessor;
    }

    @Override
    public void close() {
        relay.close();
        link.close();
    }
}
