// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where the links of one instance are, and where the next one should go: to a server that no
 * sibling is on, so that a server that leaves takes one link with it and not all of them.
 *
 * <p>A server has several names (configured, discovered, an alias), so what counts is the id that
 * it gave when we were there last. An id changes with each start of a server: one that none of us
 * is on any more makes its names worth a try again.
 *
 * <p>Pure book-keeping, no I/O. Thread-safe.
 */
final class ServerSpread {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

    private final List<String> configured;
    private final LongSupplier nanoClock;
    private final RandomGenerator random;
    private final List<Place> places = new ArrayList<>();
    private final Map<String, String> lastIds = new HashMap<>();
    private final Map<String, Failures> failures = new HashMap<>();
    private List<String> discovered = List.of();

    /** A server that did not take us: not before then again, unless nobody else is left. */
    private record Failures(int count, long notBefore) {}

    /**
     * Makes an empty book.
     *
     * @param configured URLs
     * @param nanoClock as {@link System#nanoTime()}
     * @param random instances that start together should not all choose alike
     */
    ServerSpread(List<String> configured, LongSupplier nanoClock, RandomGenerator random) {
        this.configured = List.copyOf(configured);
        this.nanoClock = nanoClock;
        this.random = random;
    }

    /** A place for one more link. */
    synchronized Place newPlace() {
        Place place = new Place(places.size());
        places.add(place);
        return place;
    }

    /** Replaces what servers said about their cluster: {@code host:port} each, without a scheme. */
    synchronized void discovered(List<String> addresses) {
        if (addresses.isEmpty()) {
            return; // a server that hides its cluster says nothing new about it
        }
        String first = configured.getFirst();
        int end = first.indexOf("://");
        String scheme = end < 0 ? "nats://" : first.substring(0, end + 3);
        discovered = addresses.stream().map(it -> it.contains("://") ? it : scheme + it).toList();
        Set<String> known = urls();
        lastIds.keySet().retainAll(known);
        failures.keySet().retainAll(known);
    }

    private Set<String> urls() {
        Set<String> urls = new LinkedHashSet<>(configured);
        urls.addAll(discovered);
        return urls;
    }

    /** One link's place among its siblings. */
    final class Place {
        private final int rank;
        private @Nullable String url;
        private @Nullable String server;
        private @Nullable String aimed;

        private Place(int rank) {
            this.rank = rank;
        }

        /** Every URL: free servers first, then shared ones, then those that failed lately. */
        List<String> anywhere() {
            synchronized (ServerSpread.this) {
                return ordered(new ArrayList<>(urls()));
            }
        }

        /** Every URL but those of the server that this link is on; in the same order. */
        List<String> elsewhere() {
            synchronized (ServerSpread.this) {
                return ordered(new ArrayList<>(urls().stream().filter(it -> !isMine(it)).toList()));
            }
        }

        /**
         * URLs of servers that may have no link of ours yet and did not fail lately; none if this
         * link has its server for itself.
         */
        List<String> free() {
            synchronized (ServerSpread.this) {
                return isShared()
                        ? ordered(
                                new ArrayList<>(
                                        urls().stream()
                                                .filter(it ->
                                                        !isMine(it)
                                                                && siblingsAt(it) == 0
                                                                && !failedLately(it))
                                                .toList()))
                        : List.of();
            }
        }

        /** This link dials there; siblings look elsewhere meanwhile. */
        void aim(String target) {
            synchronized (ServerSpread.this) {
                aimed = target;
            }
        }

        /** Nobody listens there, or does not let us in. */
        void failed(String target) {
            synchronized (ServerSpread.this) {
                aimed = null;
                noteFailure(target);
            }
        }

        /** Remembers which server answers there, without staying. */
        void seen(String target, String serverId) {
            synchronized (ServerSpread.this) {
                aimed = null;
                lastIds.put(target, serverId);
                failures.remove(target);
            }
        }

        /** This link is there now. */
        void took(String target, String serverId) {
            synchronized (ServerSpread.this) {
                seen(target, serverId);
                url = target;
                server = serverId;
            }
        }

        /** The connection ended by itself: that server is perhaps gone. */
        void lost() {
            synchronized (ServerSpread.this) {
                if (url != null) {
                    noteFailure(url);
                }
                url = null;
                server = null;
            }
        }

        /** Whether this server has a link of a sibling. */
        boolean isTaken(String serverId) {
            synchronized (ServerSpread.this) {
                return places.stream().anyMatch(it -> it != this && serverId.equals(it.server));
            }
        }

        /** Whether this is the link that should leave a server that has several. */
        private boolean isShared() {
            return server != null
                    && places.stream().anyMatch(it -> it.rank < rank && server.equals(it.server));
        }

        private boolean isMine(String target) {
            return target.equals(url) || (server != null && server.equals(lastIds.get(target)));
        }

        private List<String> ordered(List<String> urls) {
            Collections.shuffle(urls, random);
            urls.sort(
                    Comparator.comparingInt((String it) -> failedLately(it) ? 1 : 0)
                            .thenComparingLong(this::siblingsAt)
                            .thenComparingInt(it -> configured.contains(it) ? 0 : 1));
            return List.copyOf(urls);
        }

        private long siblingsAt(String target) {
            String id = lastIds.get(target);
            return places.stream()
                    .filter(it ->
                            it != this
                                    && (target.equals(it.url)
                                            || target.equals(it.aimed)
                                            || (id != null && id.equals(it.server))))
                    .count();
        }
    }

    private boolean failedLately(String url) {
        Failures known = failures.get(url);
        return known != null && known.notBefore() - nanoClock.getAsLong() > 0;
    }

    private void noteFailure(String url) {
        Failures before = failures.get(url);
        int count = before == null ? 1 : Math.min(before.count() + 1, 10);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << (count - 1));
        Duration bounded = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        failures.put(url, new Failures(count, nanoClock.getAsLong() + bounded.toNanos()));
    }
}
