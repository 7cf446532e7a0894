// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The revocations of one instance, on disk and in memory, in this order: what is in force here has
 * been durable before. Thread-safe.
 */
public final class RevocationBook implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RevocationBook.class);

    private static final String UNKNOWN =
            "{} revocations are of a newer build: kept and passed on, but NOT in force here";

    private final RevocationSeal seal;
    private final RevocationStore store;
    private final Revocations view;
    private volatile Runnable onNews = () -> {};

    private RevocationBook(RevocationSeal seal, RevocationStore store, Revocations view) {
        this.seal = seal;
        this.store = store;
        this.view = view;
    }

    /**
     * Brings what is on the disk into force.
     *
     * @throws IOException if a record there is not signed with this secret: an instance must not
     *     answer with fewer revocations than it has promised to keep
     */
    public static RevocationBook open(RevocationSeal seal, RevocationStore store, Revocations view)
            throws IOException {
        List<SignedRecord> foreign = new ArrayList<>();
        int bad = store.load(view::merge, foreign::add);
        if (bad > 0) {
            store.close();
            throw new IOException(
                    "revocations: %d of %d records are damaged or of another cluster secret (expected: none; move the file away to take them from the other instances)"
                            .formatted(bad, bad + view.size()));
        }
        // From now on the file is good without the other secret.
        if (!foreign.isEmpty()) {
            store.write(foreign);
            log.info("{} revocations are signed with the new cluster secret now", foreign.size());
        }
        log.info("{} revocations", view.size());
        if (view.unknown() > 0) {
            log.warn(UNKNOWN, view.unknown());
        }
        return new RevocationBook(seal, store, view);
    }

    /** What the request path asks. */
    public Revocations view() {
        return view;
    }

    /**
     * What became of records that somebody sent.
     *
     * @param news that changed something
     * @param unknown of a newer build: kept and passed on, not in force here
     * @param bad not of this cluster, or damaged: ignored
     */
    public record Taken(int news, int unknown, int bad) {
        /** True if all of them are in force here now. */
        public boolean isComplete() {
            return unknown == 0 && bad == 0;
        }
    }

    /** Runs it each time that something new is in force; it must be quick. */
    public void onNews(Runnable listener) {
        onNews = listener;
    }

    /** Signs a record of our own and brings it into force here. */
    public synchronized SignedRevocation enter(Revocation revocation) {
        SignedRevocation record = seal.sign(revocation);
        take(List.of(record));
        return record;
    }

    /** Takes what somebody sent; only records that are signed and newer change anything. */
    public Taken merge(Collection<byte[]> records) {
        List<SignedRecord> news = new ArrayList<>();
        int bad = 0;
        int unknown = 0;
        for (byte[] bytes : records) {
            try {
                SignedRecord record = seal.open(bytes);
                unknown += record instanceof UnknownRecord ? 1 : 0;
                if (view.isNews(record)) {
                    news.add(record);
                }
            } catch (BadRevocation _) {
                bad++;
            }
        }
        if (bad > 0) {
            log.warn("{} records came that this cluster's secret did not sign; ignored", bad);
        }
        int before = view.unknown();
        Taken taken = new Taken(take(news), unknown, bad);
        if (view.unknown() > before) {
            log.warn(UNKNOWN, view.unknown());
        }
        return taken;
    }

    /** As {@link #merge}, of records one after the other as instances send them. */
    public Taken mergePacked(byte[] packed) {
        return merge(GridAnswers.unpacked(packed));
    }

    /** One record as instances send it. */
    public static byte[] packed(SignedRevocation record) {
        return GridAnswers.packed(List.of(record));
    }

    private synchronized int take(Collection<? extends SignedRecord> records) {
        List<SignedRecord> news = new ArrayList<>();
        for (SignedRecord record : records) {
            if (view.isNews(record)) {
                news.add(record);
            }
        }
        if (!news.isEmpty()) {
            store.write(news);
            news.forEach(view::merge);
            onNews.run();
        }
        return news.size();
    }

    @Override
    public void close() {
        store.close();
    }
}
