// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.audit.AuditDraft;
import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditTrail;
import io.countersign.audit.AuditUnavailable;
import io.countersign.audit.Kind;
import io.countersign.audit.Shadow;
import io.countersign.cluster.Claimant;
import io.countersign.cluster.Revocation;
import io.countersign.cluster.Revocations;
import io.countersign.cluster.Session;
import io.countersign.cluster.Sessions;
import io.countersign.cluster.throttle.Pass;
import io.countersign.cluster.throttle.Throttled;
import io.countersign.cluster.throttle.Throttles;
import io.countersign.crypto.SigningUnavailable;
import io.countersign.identity.Authentication;
import io.countersign.identity.Identity;
import io.countersign.policy.Decision;
import io.countersign.policy.Grant;
import io.countersign.policy.Reason;
import io.countersign.policy.RuleId;
import io.countersign.protocol.BadRequest;
import io.countersign.protocol.ConnectionType;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.RequestFault;
import io.countersign.protocol.VerifiedRequest;
import io.countersign.trace.Span;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection request, from sealed bytes to sealed answer. Start reading here: everything else
 * serves this page.
 *
 * <p>Thread-safe; each call runs on a thread of its own and may block up to the deadline. An answer
 * leaves only after its audit entry is durable. When we are at fault or the request is not provably
 * a server's, there is no answer (design, decision 5): a "no" would teach an innocent client to
 * give up for good.
 */
public final class Callout {
    private static final Logger log = LoggerFactory.getLogger(Callout.class);

    /** For the entry of a refusal, when the request has less time left. */
    private static final Duration LATE_DENY = Duration.ofMillis(200);

    /** With less time left for the answer, the shadow policy is not asked. */
    private static final Duration LEFT_FOR_SHADOW = Duration.ofMillis(300);

    private final Supplier<Generation> current;
    private final KnownServers servers;
    private final AuditDrafts drafts;
    private final AuditTrail audit;
    private final Sessions sessions;
    private final Revocations revocations;
    private final Throttles throttles;
    private final CanaryMark canary;
    private final Decisions recent;
    private final Limits limits;
    private final SteadyClock clock;
    private final KeysInUse keys;
    private final ServerClocks clocks = new ServerClocks();
    private final ReplayGuard replays;
    private final LostEntries lost = new LostEntries();
    private final ShadowTally shadows = new ShadowTally();

    /** Wires the page; the generation is read once per request. */
    public Callout(
            Supplier<Generation> current,
            KnownServers servers,
            AuditDrafts drafts,
            AuditTrail audit,
            Sessions sessions,
            Revocations revocations,
            Throttles throttles,
            CanaryMark canary,
            Decisions recent,
            Limits limits,
            Clock clock) {
        this(
                current,
                servers,
                drafts,
                audit,
                sessions,
                revocations,
                throttles,
                canary,
                recent,
                limits,
                clock,
                new KeysInUse());
    }

    /** The same; somebody else wants to know which of our keys servers have. */
    public Callout(
            Supplier<Generation> current,
            KnownServers servers,
            AuditDrafts drafts,
            AuditTrail audit,
            Sessions sessions,
            Revocations revocations,
            Throttles throttles,
            CanaryMark canary,
            Decisions recent,
            Limits limits,
            Clock clock,
            KeysInUse keys) {
        this.current = current;
        this.servers = servers;
        this.drafts = drafts;
        this.audit = audit;
        this.sessions = sessions;
        this.revocations = revocations;
        this.throttles = throttles;
        this.canary = canary;
        this.recent = recent;
        this.limits = limits;
        this.clock = SteadyClock.of(clock);
        this.keys = keys;
        this.replays =
                new ReplayGuard(this.clock, limits.clockSkew().multipliedBy(2).plusSeconds(60));
    }

    /** What is in force now. */
    public String revision() {
        return current.get().revision();
    }

    /**
     * Never throws for what is in the message; a fault of ours becomes {@link
     * Reason#INTERNAL_ERROR} and silence.
     */
    public Outcome answer(Inbound inbound) {
        Generation now =
                current.get(); // taken once: a reload must not mix two policies in one answer
        AuditDraft draft = drafts.decision(now.revision(), inbound.trace());
        try {
            return judge(inbound, now, draft);
        } catch (SigningUnavailable e) {
            // Neither a yes nor a no can be signed.
            return dropped(draft, Reason.BACKEND_UNAVAILABLE, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            log.error("entry {}: a fault of ours; the client gets no answer", draft.id(), e);
            return dropped(draft, Reason.INTERNAL_ERROR, e.getClass().getSimpleName());
        }
    }

    private Outcome judge(Inbound inbound, Generation now, AuditDraft draft) {
        if (!inbound.answerable()) {
            return dropped(draft, Reason.FORGED_REQUEST, "no reply subject");
        }
        if (deadline(inbound, Duration.ZERO).isPast()) {
            return dropped(draft, Reason.OVERLOADED, "waited too long for a place");
        }
        Envelope.Opened opened;
        VerifiedRequest request;
        try {
            draft.stage("open");
            opened = now.envelope().open(inbound);
            draft.stage("verify");
            request = verified(opened, now, inbound.arrived());
        } catch (BadRequest e) {
            return dropped(draft, reason(e), e.detail());
        }
        draft.asks(request);
        Duration waited =
                clocks.waited(request.server().id(), request.issuedAt(), inbound.arrivedNanos());
        Pass pass = throttles.pass(Attempts.of(request, canary));
        Case it = new Case(now, opened, request, draft, deadline(inbound, waited), pass);
        Optional<Outcome> refused = inadmissible(it);
        return refused.isPresent() ? refused.get() : decide(it);
    }

    /**
     * After a jump of our clock, what is stale by one of its two times may be fresh by the other.
     */
    private VerifiedRequest verified(Envelope.Opened opened, Generation now, Instant arrived)
            throws BadRequest {
        try {
            return now.verifier().verify(opened.jwt(), opened.serverKey(), arrived);
        } catch (BadRequest stale) {
            Optional<Instant> other = clock.doubted();
            if (stale.fault() != RequestFault.STALE || other.isEmpty()) {
                throw stale;
            }
            return now.verifier().verify(opened.jwt(), opened.serverKey(), other.get());
        }
    }

    /** What one request carries through the stages. */
    private record Case(
            Generation generation,
            Envelope.Opened envelope,
            VerifiedRequest request,
            AuditDraft draft,
            Deadline deadline,
            Pass pass) {}

    private Optional<Outcome> inadmissible(Case it) {
        if (it.deadline().isPast()) {
            return Optional.of(dropped(it.draft(), Reason.STALE_REQUEST, "past its deadline"));
        }
        it.draft().stage("server");
        if (!servers.isKnown(it.request().server().id(), it.deadline())) {
            return Optional.of(
                    dropped(it.draft(), Reason.UNKNOWN_SERVER, "not a server of this system"));
        }
        if (!replays.isFirst(it.request().userKey())) {
            return Optional.of(
                    dropped(it.draft(), Reason.REPLAYED_REQUEST, "this question was asked before"));
        }
        clock.heard(it.request().issuedAt());
        keys.saw(it.request(), it.envelope().ownKey(), clock.instant());
        return Optional.empty();
    }

    private Outcome decide(Case it) {
        it.draft().stage("throttle");
        Optional<Outcome> early = throttled(it, it.pass().before());
        return early.isPresent() ? early.get() : authenticate(it);
    }

    private Outcome authenticate(Case it) {
        it.draft().stage("authenticate");
        Span span = it.draft().trace().stage();
        Authentication proof =
                span.isRecorded()
                        ? ScopedValue.where(Span.CURRENT, span).call(() -> proof(it))
                        : proof(it);
        return switch (proof) {
            case Authentication.Authenticated(var identity, boolean isStale) -> {
                if (isStale) {
                    it.draft().degraded("stale-answer");
                }
                yield grant(it, identity);
            }
            case Authentication.Rejected(var why, var credential, var detail) -> {
                it.draft().credential(credential);
                yield failed(it, reason(why), detail);
            }
            case Authentication.NotMine() -> failed(it, Reason.NO_AUTHENTICATOR, "nobody knows it");
            case Authentication.Unavailable(var backend, var detail) ->
                    unable(it, Reason.BACKEND_UNAVAILABLE, backend + ": " + detail);
        };
    }

    private Authentication proof(Case it) {
        return it.generation()
                .authenticators()
                .authenticate(it.request(), clock.instant(), it.deadline());
    }

    /** A guesser must not learn from the answer that his last guesses were any good or not. */
    private Outcome failed(Case it, Reason reason, String detail) {
        it.draft().stage("throttle");
        Optional<Outcome> locked =
                isGuesswork(reason) ? throttled(it, it.pass().failed()) : Optional.empty();
        return locked.isPresent() ? locked.get() : refused(it, reason, detail, Optional.empty());
    }

    /** Who has the right credential but stands in the wrong place did not guess. */
    private static boolean isGuesswork(Reason reason) {
        return switch (reason) {
            case BAD_CREDENTIAL, EXPIRED_CREDENTIAL, NO_AUTHENTICATOR -> true;
            default -> false;
        };
    }

    /** What the entry has to say about throttles, and the answer if it may not go on. */
    private Optional<Outcome> throttled(Case it, Optional<Throttled> why) {
        if (it.pass().isLocal()) {
            it.draft().degraded("throttle-local");
        }
        if (!it.pass().observed().isEmpty()) {
            it.pass().observed().forEach(rule -> it.draft().degraded("observed:" + rule));
        }
        if (why.isEmpty()) {
            return Optional.empty(); // three times a login: without a lambda (ADR 62)
        }
        return why.map(throttled ->
                switch (throttled.kind()) {
                    case LOCKED ->
                            refused(it, Reason.LOCKED_OUT, throttled.detail(), Optional.empty());
                    case LIMITED -> dropped(it.draft(), Reason.RATE_LIMITED, throttled.detail());
                });
    }

    private Outcome grant(Case it, Identity identity) {
        it.draft().proved(identity).stage("throttle");
        Optional<Outcome> locked = throttled(it, it.pass().proved(identity.principal().toString()));
        if (locked.isPresent()) {
            return locked.get();
        }
        it.draft().stage("revoked");
        if (!revocations.awaitCurrent(it.deadline().remaining())) {
            it.draft().degraded("revocations");
        }
        Optional<Revocation> revoked =
                revocations.find(
                        new Claimant(
                                identity,
                                it.request().client().host(),
                                it.request().client().mqttId()),
                        clock.instant());
        if (revoked.isPresent()) {
            return revoked(it, revoked.get(), Optional.empty());
        }
        it.draft().stage("decide");
        Instant now = clock.instant();
        Decision decision = it.generation().policy().decide(identity, it.request(), now);
        shadow(it, identity, decision, now);
        return switch (decision) {
            case Decision.Allow(var grant, var rule) -> allowed(it, identity, grant, rule);
            case Decision.Deny(var reason, var detail, var rule) ->
                    refused(it, reason, detail, rule);
        };
    }

    /** Writes down what the shadow policy makes of it, if there is one and there is time for it. */
    private void shadow(Case it, Identity identity, Decision decision, Instant now) {
        Optional<ShadowPolicy> shadow = it.generation().shadow();
        if (shadow.isEmpty() || it.deadline().remaining().compareTo(LEFT_FOR_SHADOW) < 0) {
            return;
        }
        it.draft().stage("shadow");
        Optional<Shadow> difference = shadow.get().compare(decision, identity, it.request(), now);
        difference.ifPresent(it.draft()::shadowed);
        shadows.count(difference, it.draft().id());
    }

    /** The entry names the revocation; why there is one is in that record. */
    private Outcome revoked(Case it, Revocation why, Optional<RuleId> rule) {
        return refused(it, Reason.REVOKED, why.kind().word() + " " + why.id(), rule);
    }

    private Outcome allowed(Case it, Identity identity, Grant grant, RuleId rule) {
        if (!it.generation().signer().accounts().contains(grant.account())) {
            return refused(
                    it,
                    Reason.ACCOUNT_NOT_ALLOWED,
                    "no key for account " + grant.account(),
                    Optional.of(rule));
        }
        Optional<Revocation> revoked = revocations.findAccount(grant.account(), clock.instant());
        if (revoked.isPresent()) {
            return revoked(it, revoked.get(), Optional.of(rule));
        }
        it.draft().stage("throttle");
        Optional<Outcome> limited = throttled(it, it.pass().placed(grant.account()));
        if (limited.isPresent()) {
            return limited.get();
        }
        AuditDraft draft =
                it.draft().granted(grant.account(), grant.permissions(), grant.expires());
        draft.stage("sign");
        Instant now = clock.instant();
        int room = it.envelope().room();
        byte[] jwt = it.generation().signer().allow(it.request(), identity, grant, now, room);
        draft.stage("seal");
        byte[] answer = it.envelope().close(jwt);
        if (it.deadline().isPast()) {
            return unable(it, Reason.OVERLOADED, "the answer would come too late");
        }
        Session session = session(it, identity, grant, now);
        // In the list first, then judged once more: a revocation that comes while we decide either
        // is seen here, or finds the session there.
        sessions.granted(session);
        Optional<Revocation> late = revocations.find(session, clock.instant());
        if (late.isPresent()) {
            sessions.ended(session.server(), session.cid());
            return revoked(it, late.get(), Optional.of(rule));
        }
        AuditEntry entry = draft.allowed(rule.value());
        draft.trace().stage("append");
        if (!recorded(entry, it.deadline().remaining())) {
            sessions.ended(session.server(), session.cid());
            return new Outcome.Dropped(Reason.AUDIT_UNAVAILABLE);
        }
        recent.allowed(it.request(), draft.id(), Duration.between(now, grant.expires()));
        return new Outcome.Allowed(answer);
    }

    private static Session session(Case it, Identity identity, Grant grant, Instant now) {
        VerifiedRequest request = it.request();
        return new Session(
                request.server().id(),
                request.server().name(),
                request.client().id(),
                request.userKey(),
                identity,
                grant.account(),
                request.client().host(),
                request.client().mqttId(),
                ConnectionType.of(request.client()).map(ConnectionType::word).orElse(""),
                now,
                grant.expires(),
                it.draft().id());
    }

    private Outcome refused(Case it, Reason reason, String detail, Optional<RuleId> rule) {
        if (!reason.isAnswered()) {
            return unable(it, reason, detail);
        }
        return deny(it, reason, detail, rule);
    }

    /** Our own fault: silence, unless the operator wants clients to be told. */
    private Outcome unable(Case it, Reason reason, String detail) {
        return switch (limits.whenUnable()) {
            case SILENT -> dropped(it.draft(), reason, detail);
            case DENY -> deny(it, reason, detail, Optional.empty());
        };
    }

    private Outcome deny(Case it, Reason reason, String detail, Optional<RuleId> rule) {
        AuditDraft draft = it.draft().stage("sign");
        // The server's log gets code and entry id; the client never learns more than "Authorization
        // Violation".
        String error = reason.code() + " " + draft.id();
        int room = it.envelope().room();
        byte[] jwt = it.generation().signer().deny(it.request(), error, clock.instant(), room);
        draft.stage("seal");
        byte[] answer = it.envelope().close(jwt);
        String ruleName = rule.map(RuleId::value).orElse("");
        AuditEntry entry = draft.denied(reason.code(), detail, ruleName);
        draft.trace().stage("append");
        if (!recorded(entry, denyLimit(it))) {
            return new Outcome.Dropped(Reason.AUDIT_UNAVAILABLE);
        }
        recent.refused(it.request(), draft.id(), reason);
        return new Outcome.Refused(answer, reason);
    }

    /** No answer depends on this entry, so nobody waits for it. */
    private Outcome dropped(AuditDraft draft, Reason reason, String detail) {
        audit.submit(draft.dropped(reason.code(), detail))
                .whenComplete((receipt, error) -> {
                    if (error != null) {
                        lost.another(error);
                    }
                });
        return new Outcome.Dropped(reason);
    }

    /** A refusal that is a little late still spares its client the wait. */
    private static Duration denyLimit(Case it) {
        Duration left = it.deadline().remaining();
        return left.compareTo(LATE_DENY) < 0 ? LATE_DENY : left;
    }

    private boolean recorded(AuditEntry entry, Duration limit) {
        try {
            audit.append(entry, limit);
            return true;
        } catch (AuditUnavailable e) {
            log.error(
                    "entry {} could not be recorded, no answer is given: {}",
                    entry.id(),
                    e.getMessage());
            // Perhaps it is in the log all the same: then the log must not claim an answer.
            var _ =
                    audit.submit(
                            drafts.entry(Kind.VERDICT)
                                    .reason(Reason.AUDIT_UNAVAILABLE.code())
                                    .detail("no answer was given")
                                    .refersTo(entry.id())
                                    .build());
            return false;
        }
    }

    private Deadline deadline(Inbound inbound, Duration waited) {
        return new Deadline(inbound.arrivedNanos() + limits.budget().toNanos() - waited.toNanos());
    }

    private static Reason reason(BadRequest e) {
        return switch (e.fault()) {
            case UNDECRYPTABLE -> Reason.UNDECRYPTABLE;
            case FORGED -> Reason.FORGED_REQUEST;
            case STALE -> Reason.STALE_REQUEST;
        };
    }

    private static Reason reason(io.countersign.identity.Rejection why) {
        return switch (why) {
            case BAD_CREDENTIAL -> Reason.BAD_CREDENTIAL;
            case EXPIRED_CREDENTIAL -> Reason.EXPIRED_CREDENTIAL;
            case ADDRESS_NOT_ALLOWED -> Reason.ADDRESS_NOT_ALLOWED;
            case CONNECTION_TYPE_NOT_ALLOWED -> Reason.CONNECTION_TYPE_NOT_ALLOWED;
        };
    }
}
