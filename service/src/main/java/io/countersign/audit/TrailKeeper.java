// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * Lets bodies of entries go, by age, by size or for one person, and holds them where the law says
 * so. Leaf hashes stay, so every checkpoint and every proof still holds; each removal is an act in
 * the log itself, committed before the first body goes. Thread-safe; each call may take long.
 */
public final class TrailKeeper {
    private static final int SCAN = 5_000;
    private static final String HELD = "legal-hold";
    private static final String RELEASED = "legal-hold-released";

    private final SqliteTrail trail;
    private final AuditDrafts drafts;

    public TrailKeeper(SqliteTrail trail, AuditDrafts drafts) {
        this.trail = trail;
        this.drafts = drafts;
    }

    /** Applies the retention once, to all that it lets go. */
    public Removed retain(Retention retention, Instant now) throws AuditUnavailable {
        return retain(retention, now, Long.MAX_VALUE);
    }

    /**
     * Applies the retention once; meant to be called every hour or so.
     *
     * @param brought the first place that others have not got yet: from there on nothing goes by
     *     age. By size it does, because a full disk would lose more
     */
    public Removed retain(Retention retention, Instant now, long brought) throws AuditUnavailable {
        TrailAge age = new TrailAge(trail.reader());
        long byAge =
                retention.age().isEmpty() ? 0 : age.firstSince(now.minus(retention.age().get()));
        long bySize = retention.bytes().isEmpty() ? 0 : age.firstToKeep(retention.bytes().get());
        long cutoff = Math.max(Math.min(byAge, brought), bySize);
        if (cutoff == 0 || age.removableBefore(cutoff) == 0) {
            return Removed.NOTHING;
        }
        RangeSet places = new RangeSet();
        places.add(new RangeSet.Range(0, cutoff - 1));
        AuditEntryBuilder act = drafts.entry(Kind.ACT).by("retention");
        return remove(places, act.reason(Removal.RETENTION), "", 0);
    }

    /** Erases one person's entries. The act names the order, and the person only by keyed hash. */
    public Removed erase(Erasure erasure) throws AuditUnavailable {
        RangeSet places = new RangeSet();
        long held = find(erasure, places);
        if (places.count() == 0) {
            return new Removed(0, held, OptionalLong.empty());
        }
        AuditEntryBuilder act =
                drafts.entry(Kind.ACT)
                        .by(erasure.by())
                        .presented(
                                new Presented(
                                        "",
                                        drafts.fingerprint(
                                                erasure.principal().isEmpty()
                                                        ? erasure.presented()
                                                        : erasure.principal())));
        return remove(
                places, act.reason(Removal.ERASURE), " reference=" + erasure.reference(), held);
    }

    /** Begins a hold, or changes the one of that name. */
    public void hold(Hold hold, String by) throws AuditUnavailable {
        AuditEntry act =
                drafts.entry(Kind.ACT)
                        .reason(HELD)
                        .by(by)
                        .principal(hold.principal())
                        .detail(
                                "%s from %s to %s"
                                        .formatted(hold.name(), hold.since(), hold.until()))
                        .build();
        await(
                trail.onWriter(store -> {
                    long seq = append(store, act);
                    Holds.put(store.handle(), hold, seq);
                    return seq;
                }));
    }

    /** Ends a hold; false if there was none of that name. */
    public boolean release(String name, String by) throws AuditUnavailable {
        AuditEntry act = drafts.entry(Kind.ACT).reason(RELEASED).by(by).detail(name).build();
        return await(
                trail.onWriter(store -> {
                    boolean released = Holds.release(store.handle(), name);
                    if (released) {
                        append(store, act);
                    }
                    return released;
                }));
    }

    /** The holds in force, by name. */
    public List<Hold> holds() throws AuditUnavailable {
        return trail.reader().query(Holds::all);
    }

    private Removed remove(RangeSet places, AuditEntryBuilder act, String addition, long held)
            throws AuditUnavailable {
        AuditEntry entry = act.detail(Removal.detail(places) + addition).build();
        long seq =
                await(
                        trail.onWriter(store -> {
                            long at = append(store, entry);
                            for (RangeSet.Range range : places.ranges()) {
                                store.handle()
                                        .execute(
                                                "INSERT INTO removal VALUES (?, ?, ?, 0)",
                                                at,
                                                range.first(),
                                                range.last());
                            }
                            return at;
                        }));
        return new Removed(await(new RemovalSweep(trail).run()), held, OptionalLong.of(seq));
    }

    private static long append(TrailStore store, AuditEntry entry) {
        long seq = store.size();
        store.append(List.of(new Append(entry, Long.MAX_VALUE)));
        return seq;
    }

    /** Collects the places of what is to go; returns how many a hold keeps. */
    private long find(Erasure erasure, RangeSet places) throws AuditUnavailable {
        ErasureSearch search = new ErasureSearch(trail.reader(), erasure);
        Set<String> ids = new HashSet<>();
        long size = trail.reader().size();
        long held = 0;
        for (long from = 0; from < size; from += SCAN) {
            held += search.collect(from, Math.min(size, from + SCAN), ids, places);
        }
        return held;
    }

    private static <T> T await(CompletableFuture<T> work) throws AuditUnavailable {
        try {
            return work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuditUnavailable("trail: interrupted", e);
        } catch (ExecutionException | CompletionException e) {
            throw AuditUnavailable.because("trail", e);
        }
    }
}
