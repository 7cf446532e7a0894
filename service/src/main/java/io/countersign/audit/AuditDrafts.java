// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.Checkpoint;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/** Opens entries for one instance: knows its name, its clock and its ids. Thread-safe. */
public final class AuditDrafts {
    private final String instance;
    private final EntryIds ids;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Fingerprint fingerprint;

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

    /** A decision that begins now, under this revision. */
    public AuditDraft decision(String revision) {
        UUID id = ids.next();
        AuditEntryBuilder entry =
                AuditEntry.of(Kind.DECISION, id, clock.instant(), instance).revision(revision);
        return new AuditDraft(id, entry, nanos, fingerprint);
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

    /** Keyed hash of a text that must not stand in the log. */
    String fingerprint(String text) {
        return fingerprint.of(text);
    }

    /** Any other entry, of now. */
    public AuditEntryBuilder entry(Kind kind) {
        return AuditEntry.of(kind, ids.next(), clock.instant(), instance);
    }
}
