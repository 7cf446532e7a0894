// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.IndexUnusable;
import io.countersign.view.index.Query;
import io.countersign.view.index.Search;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * New entries as server-sent events, in the order in which the index gets them. An event's id is
 * the id of its last entry, which every replica knows, so a browser that comes back with it misses
 * nothing, whichever replica it reaches.
 */
final class LiveEvents {
    private static final Logger log = LoggerFactory.getLogger(LiveEvents.class);
    private static final int BATCH = 50;
    private static final long LOOK_MILLIS = 300;
    private static final int QUIET_LOOKS = 50;
    private static final int BEHIND_LOOKS = 40;

    private final Finder finder;
    private final LivePages pages;
    private final LiveRows liveRows;

    LiveEvents(Finder finder, LivePages pages) {
        this.finder = finder;
        this.pages = pages;
        this.liveRows = new LiveRows(finder, pages);
    }

    /** Sends until the browser goes away or its session ends. */
    void stream(
            HttpServerResponse response,
            Ask ask,
            @Nullable String lastId,
            BooleanSupplier allowed) {
        Query query = Query.parse(ask.text("q"));
        if (!query.problems().isEmpty()) {
            response.setStatusCode(422).end();
            return;
        }
        Search search = pages.search(ask, query);
        response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("X-Accel-Buffering", "no");
        try {
            write(response, "retry: 2000\n\n");
            String from = lastId == null ? ask.text("after") : lastId;
            follow(response, ask, search, place(response, from), allowed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | IndexUnusable e) {
            log.debug("a live page went away: {}", e.getMessage());
        }
        if (!response.closed() && !response.ended()) {
            response.end();
        }
    }

    /**
     * Where to go on. All replicas read the same stream in the same order, but one may be behind
     * the one that the browser had before: then the entry comes soon.
     */
    private long place(HttpServerResponse response, String id)
            throws InterruptedException, ExecutionException {
        if (id.isEmpty()) {
            return finder.lastArrival();
        }
        for (int i = 0; i < BEHIND_LOOKS && !response.closed(); i++) {
            OptionalLong arrival = finder.arrivalOf(id);
            if (arrival.isPresent()) {
                return arrival.getAsLong();
            }
            Thread.sleep(LOOK_MILLIS);
        }
        write(response, "event: gap\ndata: unknown place\n\n");
        return finder.lastArrival();
    }

    private void follow(
            HttpServerResponse response, Ask ask, Search search, long from, BooleanSupplier allowed)
            throws InterruptedException, ExecutionException {
        long after = from;
        int quiet = 0;
        while (!response.closed()) {
            if (!allowed.getAsBoolean()) {
                write(response, "event: bye\ndata: over\n\n");
                return;
            }
            long newest = finder.recentArrival();
            List<Long> rows = newest > after ? finder.arrived(search, after, BATCH) : List.of();
            List<LiveRows.Made> shown = liveRows.of(ask, rows);
            if (!shown.isEmpty()) {
                write(response, message(shown));
            }
            // What does not match is behind us too, so that nobody looks at it again and again.
            after = rows.size() < BATCH ? Math.max(after, newest) : rows.getLast();
            if (!rows.isEmpty()) {
                after = Math.max(after, rows.getLast());
            }
            quiet = rows.isEmpty() ? quiet + 1 : 0;
            if (quiet >= QUIET_LOOKS) {
                write(response, ": still here\n\n");
                quiet = 0;
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    /** Some rows at once, newest last; the id is that of the last. */
    private static String message(List<LiveRows.Made> rows) {
        StringBuilder text = new StringBuilder("event: entries\n");
        text.append("id: ").append(rows.getLast().id()).append('\n');
        rows.forEach(row -> text.append("data: ").append(row.html()).append('\n'));
        return text.append('\n').toString();
    }

    /** Waits until it is on its way: a slow reader slows only itself. */
    private static void write(HttpServerResponse response, String text)
            throws InterruptedException, ExecutionException {
        response.write(text).toCompletionStage().toCompletableFuture().get();
    }
}
