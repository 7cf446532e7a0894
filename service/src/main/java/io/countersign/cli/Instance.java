// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.EntryIds;
import io.countersign.audit.SqliteTrail;
import io.countersign.audit.TrailRefused;
import io.countersign.callout.Admission;
import io.countersign.callout.AuthenticatorFactory;
import io.countersign.callout.AuthenticatorLinks;
import io.countersign.callout.Callout;
import io.countersign.callout.CanaryMark;
import io.countersign.callout.Decisions;
import io.countersign.callout.FileWatch;
import io.countersign.callout.GenerationLoader;
import io.countersign.callout.Generations;
import io.countersign.callout.KeysInUse;
import io.countersign.callout.KnownServers;
import io.countersign.callout.Limits;
import io.countersign.callout.Rehearsal;
import io.countersign.callout.ReloadStatus;
import io.countersign.callout.SteadyClock;
import io.countersign.callout.Tally;
import io.countersign.callout.WhenUnable;
import io.countersign.cluster.Revocation;
import io.countersign.cluster.RevocationKind;
import io.countersign.cluster.Sessions;
import io.countersign.config.Admin;
import io.countersign.config.ConfigInvalid;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.KeyedHash;
import io.countersign.identity.BackendLink;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.Principal;
import io.countersign.identity.users.PasswordPool;
import io.countersign.identity.users.VerifiedPasswords;
import io.countersign.nats.AdminDesk;
import io.countersign.nats.AdminUses;
import io.countersign.nats.NatsService;
import io.countersign.nats.RecordExchange;
import io.countersign.nats.live.LiveSessions;
import io.countersign.nats.live.Revisions;
import io.countersign.nats.relay.RelayStatus;
import io.countersign.sink.SinkStatus;
import io.countersign.telemetry.Meters;
import io.countersign.telemetry.ObservedTrail;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running instance: everything built from its configuration and wired together. {@code serve}
 * makes one a process; tests make several in one.
 */
public final class Instance implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Instance.class);

    /** Checks that fill a login's budget on one thread; more would wait in vain. */
    private static final int HASHES_WAITING_PER_THREAD = 25;

    /** Enough for the JVM to have loaded and compiled what a request goes through. */
    private static final int REHEARSALS = 500;

    /** What a start may take longer for it. */
    private static final Duration REHEARSAL = Duration.ofMillis(300);

    private final ServiceConfig config;
    private final Generations generations;
    private final FileWatch watch;
    private final PasswordPool pool;
    private final InstanceTrail trail;
    private final NatsService nats;
    private final Tally tally;
    private final Sessions sessions;
    private final InstanceRevocations revocations;
    private final AuthenticatorLinks authenticators;
    private final InstanceThrottles throttles;
    private final InstanceTelemetry telemetry;
    private final InstanceTraces traces;
    private final CompletableFuture<Void> ready;

    private Instance(
            ServiceConfig config,
            Generations generations,
            PasswordPool pool,
            InstanceTrail trail,
            NatsService nats,
            Tally tally,
            Sessions sessions,
            InstanceRevocations revocations,
            AuthenticatorLinks authenticators,
            InstanceThrottles throttles,
            InstanceTelemetry telemetry,
            InstanceTraces traces,
            CompletableFuture<Void> ready) {
        this.config = config;
        this.generations = generations;
        this.pool = pool;
        this.trail = trail;
        this.nats = nats;
        this.tally = tally;
        this.sessions = sessions;
        this.revocations = revocations;
        this.authenticators = authenticators;
        this.throttles = throttles;
        this.telemetry = telemetry;
        this.traces = traces;
        this.ready = ready;
        this.watch = FileWatch.start(generations);
    }

    /**
     * Starts an instance. It dials NATS until a server is there; {@link #ready} tells when it
     * answers.
     *
     * @throws ConfigInvalid with every problem of every file; nothing is left running
     * @throws TrailRefused if the audit directory is in use or not a sound trail of this instance
     */
    public static Instance start(Path file, Surroundings surroundings)
            throws IOException, InvalidKey, TrailRefused {
        return start(file, ServiceConfig.load(file, surroundings), surroundings);
    }

    /** Starts with a configuration that was loaded, and perhaps changed, before. */
    static Instance start(Path file, ServiceConfig config, Surroundings surroundings)
            throws IOException, InvalidKey, TrailRefused {
        SteadyClock clock = new SteadyClock(Clock.systemUTC(), System::nanoTime);
        SecureRandom random = new SecureRandom();
        Ed25519 ed25519 = Ed25519.best();
        Secrets secrets = new Secrets(surroundings.environment());
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        PasswordPool pool = new PasswordPool(threads, threads * HASHES_WAITING_PER_THREAD);
        VerifiedPasswords passwords =
                new VerifiedPasswords(
                        pool,
                        new VerifiedPasswords.Limits(
                                config.passwordCache().lifetime(),
                                VerifiedPasswords.Limits.DEFAULT.wrongFor(),
                                config.passwordCache().entries()),
                        random,
                        System::nanoTime);
        Sessions sessions = new Sessions(clock);
        NatsService.Settings settings = NatsSettings.of(config, secrets);
        NatsService nats = new NatsService(settings, sessions, clock);
        try {
            KeyedHash fingerprint = ClusterSecret.fingerprints(config, secrets, random);
            CredentialFingerprints fingerprints = new CredentialFingerprints(fingerprint);
            AuthenticatorLinks authenticators =
                    new AuthenticatorLinks(
                            new AuthenticatorFactory(
                                    secrets,
                                    ed25519,
                                    fingerprints,
                                    passwords,
                                    clock,
                                    System::nanoTime),
                            secrets,
                            random,
                            System::nanoTime);
            GenerationLoader loader =
                    new GenerationLoader(
                            ed25519,
                            secrets,
                            passwords,
                            fingerprints,
                            nats.sessions(),
                            random,
                            config.limits().clockSkew(),
                            authenticators);
            Generations.Source source = new Generations.Source(file, surroundings, loader, secrets);
            Generations.First first = source.first(config);
            first.loaded().warnings().forEach(warning -> log.warn("{}", warning));
            AuditDrafts drafts =
                    new AuditDrafts(
                            config.instance(),
                            new EntryIds(clock, random),
                            clock,
                            System::nanoTime,
                            fingerprint::fingerprint);
            InstanceTrail trail =
                    InstanceTrail.open(
                            config, settings.operations(), drafts, secrets, ed25519, clock, random);
            Generations generations =
                    new Generations(source, config, first, drafts, trail.front(), clock);
            ClusterSecrets clusterSecrets = ClusterSecrets.of(config, secrets);
            generations.whenAccepted(clusterSecrets::reload);
            InstanceRevocations revocations =
                    revocations(config, secrets, clusterSecrets, random, trail);
            RecordExchange exchange = revocations.exchange(config.instance());
            nats.exchangesAt(exchange);
            revocations.view().whenRevoked(revoked -> forget(revoked, passwords, authenticators));
            InstanceThrottles throttles = throttles(config, secrets, revocations, random, trail);
            Tally tally = new Tally();
            Admission admission =
                    new Admission(
                            config.limits().queue(),
                            config.limits().concurrency(),
                            config.limits().deadline().dividedBy(3));
            Revisions revisions =
                    new Revisions(
                            config.instance(),
                            () -> generations.current().revision(),
                            Revisions.PATIENCE,
                            System::nanoTime);
            LiveSessions live =
                    InstanceLive.start(
                            new InstanceLive.Parts(
                                    config,
                                    nats,
                                    sessions,
                                    revocations,
                                    trail,
                                    drafts,
                                    () -> generations.current().signer(),
                                    revisions,
                                    new InstanceStatus(
                                            clock.instant(),
                                            generations,
                                            revisions,
                                            sessions,
                                            revocations,
                                            trail,
                                            admission,
                                            config.limits().queue(),
                                            tally,
                                            clock),
                                    clusterSecrets),
                            secrets,
                            random,
                            clock);
            KeysInUse keys = new KeysInUse();
            AdminUses uses = new AdminUses();
            Supplier<Map<String, AdminDesk.Admin>> admins = () -> admins(generations.admins());
            nats.administeredAt(
                    new AdminDesk(
                            config.cluster(),
                            admins,
                            uses,
                            ed25519,
                            new InstanceActs(
                                    revocations,
                                    new LockoutActs(throttles.throttles(), drafts, trail.front()),
                                    new SessionActs(live, drafts, trail.front()),
                                    new ExplainActs(
                                            config.instance(),
                                            generations::current,
                                            revocations.view(),
                                            clock),
                                    new EntryIds(clock, random),
                                    drafts,
                                    trail.front(),
                                    clock,
                                    exchange),
                            clock),
                    AdminDesk.forEach(
                            config.cluster(),
                            admins,
                            uses,
                            ed25519,
                            new EachActs(
                                    new TrailActs(
                                            config.instance(), trail.keeper(), revocations.peers()),
                                    new KeyStatus(
                                            config.instance(),
                                            generations,
                                            keys,
                                            uses,
                                            clusterSecrets)),
                            clock));
            Meters meters = new Meters();
            InstanceTraces traces = InstanceTraces.start(config, secrets, meters);
            AuditTrail audit = new ObservedTrail(trail.front(), meters);
            Decisions decisions = new Decisions();
            CanaryMark mark = ClusterSecret.canary(config, secrets, random);
            Callout callout =
                    new Callout(
                            generations::current,
                            knownServers(config, nats),
                            drafts,
                            audit,
                            sessions,
                            revocations.view(),
                            throttles.throttles(),
                            mark,
                            decisions,
                            limits(config),
                            clock,
                            keys);
            var _ =
                    trail.front()
                            .submit(
                                    drafts.start(
                                            generations.current().revision(),
                                            trail.relay().flatMap(InstanceRelay::predecessor)));
            int rehearsed = new Rehearsal(ed25519, random, clock).run(REHEARSALS, REHEARSAL);
            log.info("warmed up with {} made-up requests", rehearsed);
            CompletableFuture<Void> ready =
                    nats.serve(
                            new NatsService.Path(
                                    callout,
                                    admission,
                                    tally,
                                    decisions,
                                    drafts,
                                    audit,
                                    traces.traces()));
            InstanceTelemetry telemetry =
                    InstanceTelemetry.start(
                            new InstanceTelemetry.Parts(
                                    config,
                                    nats,
                                    trail,
                                    generations,
                                    revisions,
                                    revocations,
                                    sessions,
                                    admission,
                                    mark,
                                    clock),
                            meters,
                            secrets);
            return new Instance(
                    config,
                    generations,
                    pool,
                    trail,
                    nats,
                    tally,
                    sessions,
                    revocations,
                    authenticators,
                    throttles,
                    telemetry,
                    traces,
                    ready);
        } catch (IOException | InvalidKey | TrailRefused | RuntimeException e) {
            nats.close();
            pool.close();
            throw e;
        }
    }

    /** So that nobody gets in from memory when it is lifted and the source says no by then. */
    private static void forget(
            Revocation revoked, VerifiedPasswords passwords, AuthenticatorLinks authenticators) {
        if (revoked.kind() == RevocationKind.PRINCIPAL) {
            String[] parts = revoked.value().split(":", 2);
            passwords.forget(new Principal(parts[0], parts[1]));
        }
        authenticators.forget(revoked::names);
    }

    /** How the authenticators that ask somebody fare. */
    public List<BackendLink.Status> backends() {
        return authenticators.statuses();
    }

    /** Opened behind the trail's lock, which keeps a second process out of the folder. */
    private static InstanceRevocations revocations(
            ServiceConfig config,
            Secrets secrets,
            ClusterSecrets others,
            SecureRandom random,
            InstanceTrail trail)
            throws IOException {
        try {
            return InstanceRevocations.open(config, secrets, others, random);
        } catch (IOException | RuntimeException e) {
            trail.close();
            throw e;
        }
    }

    private static InstanceThrottles throttles(
            ServiceConfig config,
            Secrets secrets,
            InstanceRevocations revocations,
            SecureRandom random,
            InstanceTrail trail)
            throws IOException {
        try {
            Clock clock = Clock.systemUTC();
            return InstanceThrottles.open(config, secrets, revocations.peers(), random, clock);
        } catch (IOException | RuntimeException e) {
            revocations.close();
            trail.close();
            throw e;
        }
    }

    private static Map<String, AdminDesk.Admin> admins(List<Admin> listed) {
        Map<String, AdminDesk.Admin> admins = new HashMap<>();
        for (Admin admin : listed) {
            boolean mayOperate = admin.role() == Admin.Role.OPERATE;
            admins.put(admin.key(), new AdminDesk.Admin(admin.name(), mayOperate));
        }
        return admins;
    }

    private static KnownServers knownServers(ServiceConfig config, NatsService nats) {
        return switch (config.acceptServers()) {
            case KNOWN -> nats.knownServers();
            case ANY -> KnownServers.ANY;
        };
    }

    private static Limits limits(ServiceConfig config) {
        WhenUnable whenUnable =
                switch (config.whenUnable()) {
                    case SILENT -> WhenUnable.SILENT;
                    case DENY -> WhenUnable.DENY;
                };
        return new Limits(config.limits().deadline(), config.limits().clockSkew(), whenUnable);
    }

    /**
     * Completes when every callout connection has been ready once, and the one to the operations
     * account too, if there is one; but that one is waited for 5 s at most, because logins do not
     * depend on it.
     */
    public CompletableFuture<Void> ready() {
        return ready;
    }

    /** What it has done so far. */
    public Tally.Snapshot tally() {
        return tally.snapshot();
    }

    /** Sessions that it granted and that have not ended by themselves. */
    public int openSessions() {
        return sessions.count();
    }

    /** Name of this instance. */
    public String name() {
        return config.instance();
    }

    /** Allows that a server did not accept, since start. */
    public long refusedAllows() {
        return nats.refusedAllows();
    }

    /** Queue groups of other responders that should have ours, by service id. */
    public Map<String, String> otherQueueGroups() {
        return nats.otherQueueGroups();
    }

    /** Where metrics and health are served; empty if they are not (yet). */
    public OptionalInt telemetryPort() {
        return telemetry.port();
    }

    /** The trail of this instance. */
    public SqliteTrail trail() {
        return trail.disk();
    }

    /** How the trail gets to the audit stream; empty without operations credentials. */
    public Optional<RelayStatus> relay() {
        return trail.relay().map(relay -> relay.relay().status());
    }

    /** How each of the configured sinks fares. */
    public List<SinkStatus> sinks() {
        return trail.sinks().statuses();
    }

    /** Names what is in force. */
    public String revision() {
        return generations.current().revision();
    }

    /**
     * Reads all files anew and swaps them in as a whole, or changes nothing. Changes of the files
     * are seen without it.
     *
     * @param by for the trail: who or what asked
     * @return whether what is in force now is what the files say
     */
    public boolean reload(String by) {
        return generations.reload(by);
    }

    /** What its files have come to. */
    public ReloadStatus reloads() {
        return generations.status();
    }

    /**
     * Leaves the queue group, answers what is in flight, then closes everything.
     *
     * @return false if something was unanswered at the limit
     */
    public boolean stop(Duration limit) throws InterruptedException, IOException {
        boolean all = nats.drain(limit);
        close();
        return all;
    }

    /** Closes everything at once; what is in flight gets no answer. */
    @Override
    public void close() throws IOException {
        watch.close();
        telemetry.close();
        nats.close();
        traces.close();
        authenticators.close();
        pool.close();
        revocations.close();
        throttles.close();
        trail.close();
    }
}
