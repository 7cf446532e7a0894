// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.Checkpoint;
import io.countersign.trace.Trace;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Opens entries for one instance: knows its name, its clock and its ids. Thread-safe. */
public final class AuditDrafts {
    private final String instance;
    private final EntryIds ids;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Fingerprint fingerprint;
    private volatile Supplier<Optional<String>> degraded = Optional::empty;

    /**
     * @param nanos monotonic clock for stage timings, {@link System#nanoTime()} outside of tests
     */
    public AuditDrafts(
            String instance,
            EntryIds ids,
            Clock clock,
            LongSupplier nanos,
            Fingerprint fingerprint) {
        this.instance = instance;
        this.ids = ids;
        this.clock = clock;
        this.nanos = nanos;
        this.fingerprint = fingerprint;
    }

    /** From now on decisions carry what this says is amiss when they begin. */
    public void degradedBy(Supplier<Optional<String>> what) {
        degraded = what;
    }

    /** A decision that begins now, under this revision, and that nobody traces. */
    public AuditDraft decision(String revision) {
        return decision(revision, Trace.NONE);
    }

    /** A decision that begins now, under this revision. */
    public AuditDraft decision(String revision, Trace trace) {
        UUID id = ids.next();
        AuditEntryBuilder entry =
                AuditEntry.of(Kind.DECISION, id, clock.instant(), instance).revision(revision);
        AuditDraft draft = new AuditDraft(id, entry, nanos, fingerprint, trace);
        Optional<String> amiss = degraded.get();
        if (amiss.isPresent()) {
            draft.degraded(amiss.get());
        }
        return draft;
    }

    /**
     * The instance begins to answer.
     *
     * @param predecessor the last checkpoint that others hold of this instance's former log, when
     *     this one is new: then nobody can pretend that there was none (design decision 18)
     */
    public AuditEntry start(String revision, Optional<Checkpoint> predecessor) {
        return entry(Kind.START)
                .revision(revision)
                .detail(
                        predecessor
                                .map(last ->
                                        "continues %s at %d with root %s"
                                                .formatted(last.origin(), last.size(), last.root()))
                                .orElse(""))
                .build();
    }

    /**
     * Another generation is in force, or the same one was loaded again.
     *
     * @param by what asked for it
     * @param before the revision until now
     * @param needRestart settings that were changed without effect
     */
    public AuditEntry reloaded(
            String revision, String by, String before, List<String> needRestart) {
        String restart =
                needRestart.isEmpty() ? "" : "; need a restart: " + String.join(", ", needRestart);
        return entry(Kind.RELOAD)
                .revision(revision)
                .reason("reloaded")
                .detail("was " + before + restart)
                .by(by)
                .build();
    }

    /**
     * A reload was refused.
     *
     * @param revision the one that stays in force
     * @param problems without secrets; kept as far as an entry has room
     */
    public AuditEntry reloadRefused(String revision, String by, List<String> problems) {
        return entry(Kind.RELOAD)
                .revision(revision)
                .reason("reload-refused")
                .detail(problems.size() + ": " + String.join("\n", problems))
                .by(by)
                .build();
    }

    /** Keyed hash of a text that must not stand in the log. */
    String fingerprint(String text) {
        return fingerprint.of(text);
    }

    /** Any other entry, of now. */
    public AuditEntryBuilder entry(Kind kind) {
        return AuditEntry.of(kind, ids.next(), clock.instant(), instance);
    }
}
