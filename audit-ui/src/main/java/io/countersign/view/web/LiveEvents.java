// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.Behind;
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
 * nothing, whichever replica it reaches. Who cannot be given every row, because they come faster
 * than anybody reads or the reader is slow, gets the newest ones and is told how many were left out
 * and where they are.
 */
final class LiveEvents {
    private static final Logger log = LoggerFactory.getLogger(LiveEvents.class);
    private static final int BATCH = 50;

    /** So many rows a page keeps; who is further behind would not see the others anyway. */
    private static final int BEHIND = 500;

    /** What somebody gets at once who comes back after a while: nearly all that the page keeps. */
    private static final int BACK = 450;

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
            follow(response, ask, search, place(response, ask, query, from), allowed);
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
    private long place(HttpServerResponse response, Ask ask, Query query, String id)
            throws InterruptedException, ExecutionException {
        if (id.isEmpty()) {
            // A page that names no entry was made when there was none.
            return ask.query().contains("after") ? -1 : finder.lastArrival();
        }
        boolean isGone = finder.isBeforeAll(id);
        for (int i = 0; i < BEHIND_LOOKS && !isGone && !response.closed(); i++) {
            OptionalLong arrival = finder.arrivalOf(id);
            if (arrival.isPresent()) {
                return arrival.getAsLong();
            }
            Thread.sleep(LOOK_MILLIS);
        }
        // Looked up before it is said: what comes meanwhile is not in the gap.
        long newest = finder.lastArrival();
        write(response, gap("", pages.unknownPlace(ask, query, id)));
        return newest;
    }

    private void follow(
            HttpServerResponse response, Ask ask, Search search, long from, BooleanSupplier allowed)
            throws InterruptedException, ExecutionException {
        long after = from;
        int quiet = 0;
        int most = BACK;
        while (!response.closed()) {
            if (!allowed.getAsBoolean()) {
                write(response, "event: bye\ndata: over\n\n");
                return;
            }
            String text = "";
            if (finder.recentArrival() > after) {
                Behind behind = finder.behind(search, after, BEHIND, most);
                text = skipped(ask, search, behind) + messages(liveRows.of(ask, behind.rows()));
                // What does not match is behind us too, so that nobody looks at it again and again.
                after = behind.upTo();
            }
            most = BATCH;
            quiet = text.isEmpty() ? quiet + 1 : 0;
            if (quiet >= QUIET_LOOKS) {
                text = ": still here\n\n";
                quiet = 0;
            }
            if (!text.isEmpty()) {
                write(response, text);
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private String skipped(Ask ask, Search search, Behind behind) {
        return behind.skipped()
                .map(skipped ->
                        gap(
                                liveRows.of(ask, List.of(skipped.last())).stream()
                                        .map(LiveRows.Made::id)
                                        .findFirst()
                                        .orElse(""),
                                pages.skipped(ask, search.query(), skipped)))
                .orElse("");
    }

    /** Whoever comes back after it must not be told of the same gap once more. */
    private static String gap(String id, String row) {
        return "event: gap\n" + (id.isEmpty() ? "" : "id: " + id + "\n") + "data: " + row + "\n\n";
    }

    private static String messages(List<LiveRows.Made> rows) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < rows.size(); at += BATCH) {
            text.append(message(rows.subList(at, Math.min(rows.size(), at + BATCH))));
        }
        return text.toString();
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
