// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.TrailStatus;
import io.countersign.callout.Admission;
import io.countersign.callout.CanaryMark;
import io.countersign.callout.Generations;
import io.countersign.callout.ReloadStatus;
import io.countersign.callout.SteadyClock;
import io.countersign.cluster.Sessions;
import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.TelemetryConfig;
import io.countersign.config.TlsFiles;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.identity.Secret;
import io.countersign.nats.Canary;
import io.countersign.nats.NatsService;
import io.countersign.nats.PlainLogin;
import io.countersign.nats.live.Revisions;
import io.countersign.nats.relay.Relay;
import io.countersign.protocol.CredsFile;
import io.countersign.protocol.InvalidJwt;
import io.countersign.sink.SinkStatus;
import io.countersign.telemetry.Health;
import io.countersign.telemetry.HealthCheck;
import io.countersign.telemetry.Meters;
import io.countersign.telemetry.TelemetryServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * What an instance tells about itself over HTTP: which checks make it ready, and which numbers it
 * shows beside those that come from entries.
 */
record InstanceTelemetry(
        Health health, Optional<TelemetryServer> server, Optional<Canary> canary, Meters meters)
        implements AutoCloseable {
    /** Of an instance that is otherwise complete. */
    record Parts(
            ServiceConfig config,
            NatsService nats,
            InstanceTrail trail,
            Generations generations,
            Revisions revisions,
            InstanceRevocations revocations,
            Sessions sessions,
            Admission admission,
            CanaryMark mark,
            SteadyClock clock) {}

    /**
     * Shows it, if the configuration says where, and starts the canary.
     *
     * @throws IOException if a secret of the canary cannot be read
     */
    static InstanceTelemetry start(Parts parts, Meters meters, Secrets secrets)
            throws IOException, InvalidKey {
        Optional<TelemetryConfig.Canary> wanted = parts.config().telemetry().canary();
        Optional<Canary> canary =
                wanted.isEmpty()
                        ? Optional.empty()
                        : Optional.of(canary(parts, wanted.get(), secrets));
        Health health = new Health(parts.config().instance(), checks(parts, canary));
        numbers(parts, health, canary, meters);
        Optional<TelemetryServer> server =
                parts.config()
                        .telemetry()
                        .listen()
                        .map(at -> TelemetryServer.start(at.host(), at.port(), health, meters));
        return new InstanceTelemetry(health, server, canary, meters);
    }

    private static List<HealthCheck> checks(Parts parts, Optional<Canary> canary) {
        List<HealthCheck> checks = new ArrayList<>();
        checks.add(
                new HealthCheck(
                        "nats",
                        () ->
                                parts.nats().isReady()
                                        ? Optional.empty()
                                        : Optional.of("no questions reach us")));
        checks.add(new HealthCheck("trail", () -> unwritable(parts.trail().disk().status())));
        checks.add(new HealthCheck("files", () -> refused(parts.generations().status())));
        checks.add(new HealthCheck("clock", parts.clock()::problem));
        checks.add(new HealthCheck("answers", parts.nats()::refusedLately));
        canary.ifPresent(it -> checks.add(new HealthCheck("canary", it::problem)));
        return checks;
    }

    private static Optional<String> unwritable(TrailStatus status) {
        return status.failingSince()
                .map(since -> "not writable since %s: %s".formatted(since, status.failure()));
    }

    /** What is in force goes on; but a restart with these files would fail. */
    private static Optional<String> refused(ReloadStatus status) {
        return status.refused()
                .map(refusal ->
                        "revision %s stays, the files were refused at %s: %s"
                                .formatted(
                                        status.revision(),
                                        refusal.at(),
                                        refusal.problems().getFirst()));
    }

    private static void numbers(
            Parts parts, Health health, Optional<Canary> canary, Meters meters) {
        meters.gauge(
                "countersign.ready",
                "1 if every check of /readyz is well",
                () -> health.report().isReady() ? 1 : 0);
        meters.gauge(
                "countersign.requests.inside",
                "Requests that are worked on or wait for it",
                () -> parts.admission().inFlight());
        meters.gauge(
                "countersign.sessions",
                "Live sessions that this instance granted",
                () -> parts.sessions().count());
        meters.gauge(
                "countersign.revocations",
                "Revocations in force here",
                () -> parts.revocations().view().size());
        meters.counter(
                "countersign.allows.refused",
                "Allows that a server did not accept",
                () -> parts.nats().refusedAllows());
        meters.gauge(
                "countersign.clock.jumped",
                "1 while the time before a jump of the machine's clock is kept",
                () -> parts.clock().problem().isPresent() ? 1 : 0);
        trail(parts, meters);
        parts.trail().relay().ifPresent(relay -> relay(relay.relay(), meters));
        parts.trail().witness().ifPresent(witness -> witness(witness, meters));
        for (SinkStatus sink : parts.trail().sinks().statuses()) {
            meters.gauge(
                    "countersign.sink.behind",
                    "Entries that a sink has not got yet",
                    "sink",
                    sink.name(),
                    () -> behind(parts, sink.name()));
        }
        meters.counter(
                "countersign.reloads",
                "Generations that were swapped in",
                () -> parts.generations().status().reloads());
        meters.counter(
                "countersign.reloads.refused",
                "Reloads that were refused",
                () -> parts.generations().status().refusals());
        meters.gauge(
                "countersign.reload.refused.now",
                "1 while the files on disk are refused and what was loaded before stays in force",
                () -> parts.generations().status().refused().isPresent() ? 1 : 0);
        meters.gauge(
                "countersign.revisions.differ",
                "1 while instances have had different revisions for more than a minute",
                () -> parts.revisions().complaint().isPresent() ? 1 : 0);
        meters.gauge(
                "countersign.shadow.in.use",
                "1 while a shadow policy is asked",
                () -> parts.generations().current().shadow().isPresent() ? 1 : 0);
        canary.ifPresent(it -> {
            meters.counter("countersign.canary.logins", "Canary logins", it::tried);
            meters.counter("countersign.canary.failures", "Canary logins that failed", it::failed);
        });
    }

    private static void trail(Parts parts, Meters meters) {
        meters.gauge(
                "countersign.trail.size",
                "Entries in the trail's log",
                () -> parts.trail().disk().status().size());
        meters.gauge(
                "countersign.trail.waiting",
                "Entries that wait for their commit",
                () -> parts.trail().disk().status().waiting());
        meters.gauge(
                "countersign.trail.free.bytes",
                "Left on the trail's file system; -1 if unknown",
                () -> parts.trail().disk().status().freeBytes());
        meters.gauge(
                "countersign.trail.failing",
                "1 while the trail cannot be written",
                () -> parts.trail().disk().status().failingSince().isPresent() ? 1 : 0);
        meters.counter(
                "countersign.trail.commits",
                "Commits of the trail",
                () -> parts.trail().disk().status().commits());
        meters.counter(
                "countersign.trail.commit.seconds",
                "Time spent in commits of the trail",
                () ->
                        parts.trail().disk().status().commitNanos()
                                / (double) TimeUnit.SECONDS.toNanos(1));
        meters.counter(
                "countersign.trail.shed",
                "Entries that were refused because the trail's queue was full",
                () -> parts.trail().disk().status().shed());
    }

    private static void relay(Relay relay, Meters meters) {
        meters.gauge(
                "countersign.relay.behind",
                "Entries that only this instance's disk has",
                () -> relay.status().behind());
        meters.gauge(
                "countersign.relay.alarming",
                "1 if the stream contradicts the trail, or another process has our name",
                () -> relay.status().isAlarming() ? 1 : 0);
        meters.counter(
                "countersign.relay.failures",
                "Attempts to relay that failed",
                () -> relay.status().failures());
    }

    private static void witness(InstanceWitness witness, Meters meters) {
        meters.gauge(
                "countersign.witness.logs",
                "Logs of other instances that this one follows to co-sign them",
                () -> witness.status().logs());
        meters.gauge(
                "countersign.witness.refused",
                "Those that it does not co-sign any more, or that lost entries which it co-signed",
                () -> witness.status().complaints().size());
        meters.counter(
                "countersign.witness.signatures",
                "Checkpoints of others that it co-signed",
                () -> witness.status().signatures());
    }

    private static double behind(Parts parts, String sink) {
        return parts.trail().sinks().statuses().stream()
                .filter(it -> it.name().equals(sink))
                .mapToLong(SinkStatus::behind)
                .findFirst()
                .orElse(0);
    }

    private static Canary canary(Parts parts, TelemetryConfig.Canary wanted, Secrets secrets)
            throws IOException, InvalidKey {
        ServiceConfig config = parts.config();
        Optional<SSLContext> tls =
                config.nats().tls().isPresent()
                        ? Optional.of(TlsFiles.context(config.nats().tls().get(), secrets))
                        : Optional.empty();
        return Canary.start(
                config.nats().servers(),
                tls,
                login(wanted, secrets),
                (server, cid) -> parts.mark().name(config.instance(), server, cid),
                wanted.every());
    }

    private static PlainLogin login(TelemetryConfig.Canary wanted, Secrets secrets)
            throws IOException, InvalidKey {
        Optional<Secret> password = line(wanted.password(), secrets);
        Optional<Secret> token = line(wanted.token(), secrets);
        if (wanted.credentials().isEmpty()) {
            return new PlainLogin(
                    Optional.empty(), Optional.empty(), wanted.user(), password, token);
        }
        try (CredsFile creds = CredsFile.parse(secrets.bytes(wanted.credentials().get()))) {
            return new PlainLogin(
                    Optional.of(creds.jwt()),
                    Optional.of(Ed25519.best().signer(creds.seed())),
                    wanted.user(),
                    password,
                    token);
        } catch (InvalidJwt unfit) {
            throw new IOException(
                    "telemetry.canary.credentials: %s: %s"
                            .formatted(wanted.credentials().get(), unfit.getMessage()),
                    unfit);
        }
    }

    /** One line of text, without its line end. */
    private static Optional<Secret> line(Optional<SecretSource> source, Secrets secrets)
            throws IOException {
        return source.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Secret.of(
                                new String(secrets.bytes(source.get()), StandardCharsets.UTF_8)
                                        .stripTrailing()));
    }

    /** Where it listens; empty if it does not (yet). */
    OptionalInt port() {
        return server.map(it -> it.port().getNow(-1))
                .filter(it -> it > 0)
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }

    @Override
    public void close() {
        canary.ifPresent(Canary::close);
        server.ifPresent(TelemetryServer::close);
        meters.close();
    }
}
