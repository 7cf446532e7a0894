// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.Kind;
import io.countersign.callout.AnswerSigner;
import io.countersign.cluster.RevocationBook;
import io.countersign.cluster.Sessions;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.nats.NatsService;
import io.countersign.nats.live.Heartbeats;
import io.countersign.nats.live.Kicker;
import io.countersign.nats.live.LinkPlace;
import io.countersign.nats.live.LiveSessions;
import io.countersign.nats.live.PeerSeal;
import io.countersign.nats.live.Revisions;
import io.countersign.nats.live.SessionCutter;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires what an instance does together with the others: heartbeats, live sessions, fencing. */
final class InstanceLive {
    private static final Logger log = LoggerFactory.getLogger(InstanceLive.class);

    /** What a decision carries while an instance is silent that should not be. */
    static final String PEER_SILENT = "peer-silent";

    private InstanceLive() {}

    /** What it is made of. */
    record Parts(
            ServiceConfig config,
            NatsService nats,
            Sessions sessions,
            InstanceRevocations revocations,
            InstanceTrail trail,
            AuditDrafts drafts,
            Supplier<AnswerSigner> signer,
            Revisions revisions,
            InstanceStatus status,
            ClusterSecrets others) {}

    /** Begins to listen and speak with the first callout connection. */
    static LiveSessions start(Parts it, Secrets secrets, SecureRandom random, Clock clock)
            throws IOException {
        Kicker kicker = new Kicker(it.nats().systemConnection());
        if (!kicker.isAble()) {
            log.warn(
                    "nats.system is not set: revocations refuse new logins, live sessions go on"
                            + " until they expire");
        }
        SessionCutter cutter =
                new SessionCutter(it.sessions(), it.revocations().view(), kicker, clock);
        it.revocations().book().ifPresent(book -> follow(book, cutter));
        Optional<PeerSeal> seal =
                ClusterSecret.peers(it.config(), secrets)
                        .map(key -> new PeerSeal(key, it.others()::peers, random, clock));
        Optional<Heartbeats> beats =
                seal.map(s ->
                        new Heartbeats(
                                it.config().instance(),
                                clock.millis(),
                                s,
                                () -> links(it),
                                it.revisions(),
                                kicker,
                                (name, ended) -> record(it, name, ended),
                                Heartbeats.Rhythm.DEFAULT));
        LiveSessions live =
                new LiveSessions(
                        new LiveSessions.Surroundings(
                                it.config().instance(),
                                it.sessions(),
                                cutter,
                                kicker,
                                () -> it.nats().systemConnection().flatMap(Supplier::get),
                                () -> accounts(it.signer().get()),
                                () -> it.status().json(links(it))),
                        seal,
                        beats);
        it.drafts()
                .degradedBy(() -> live.isAnySilent() ? Optional.of(PEER_SILENT) : Optional.empty());
        it.nats().togetherAs(live);
        it.nats().seesSoMany(it.revocations().peers()::members);
        return live;
    }

    private static void follow(RevocationBook book, SessionCutter cutter) {
        book.onNews(cutter::newsCame);
        cutter.newsCame();
    }

    /** All NATS connections of this instance. */
    static List<LinkPlace> links(Parts it) {
        List<LinkPlace> links = new ArrayList<>(it.nats().links());
        it.trail().relay().flatMap(InstanceRelay::at).ifPresent(links::add);
        return links;
    }

    /** From the names in policies to what servers show. */
    private static Map<String, String> accounts(AnswerSigner signer) {
        Map<String, String> accounts = new HashMap<>();
        switch (signer) {
            case AnswerSigner.OfOperator operator ->
                    operator.targets()
                            .forEach((name, to) -> accounts.put(name, to.account().text()));
            case AnswerSigner.OfStatic fixed ->
                    fixed.accounts().forEach(name -> accounts.put(name, name));
        }
        return accounts;
    }

    private static void record(Parts it, String name, int ended) {
        AuditTrail trail = it.trail().front();
        AuditEntry entry =
                it.drafts()
                        .entry(Kind.ACT)
                        .by("instance " + it.config().instance())
                        .detail(
                                "fenced instance %s, which was silent: %d of its connections were ended"
                                        .formatted(name, ended))
                        .build();
        trail.submit(entry)
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        log.warn("a fence is not recorded: {}", failure.getMessage());
                    }
                });
    }
}
