// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.AuditIndex;
import io.countersign.view.index.IndexUnusable;
import io.countersign.view.index.Query;
import io.countersign.view.index.Row;
import io.countersign.view.index.Search;
import io.countersign.view.index.TimeRange;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * New entries as server-sent events, in the order in which the index gets them. An event's id is
 * that order, so a browser that comes back with it misses nothing.
 */
final class LiveEvents {
    private static final Logger log = LoggerFactory.getLogger(LiveEvents.class);
    private static final int BATCH = 50;
    private static final long LOOK_MILLIS = 300;
    private static final int QUIET_LOOKS = 50;

    private final AuditIndex index;
    private final Pages pages;

    LiveEvents(AuditIndex index, Pages pages) {
        this.index = index;
        this.pages = pages;
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
        Search search = new Search(query, TimeRange.ALL, ask.scope());
        response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("X-Accel-Buffering", "no");
        try {
            write(response, "retry: 2000\n\n");
            follow(response, search, after(lastId == null ? ask.text("after") : lastId), allowed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | IndexUnusable e) {
            log.debug("a live page went away: {}", e.getMessage());
        }
        if (!response.closed() && !response.ended()) {
            response.end();
        }
    }

    private void follow(
            HttpServerResponse response, Search search, long from, BooleanSupplier allowed)
            throws InterruptedException, ExecutionException {
        long after = from;
        int quiet = 0;
        while (!response.closed()) {
            if (!allowed.getAsBoolean()) {
                write(response, "event: bye\ndata: over\n\n");
                return;
            }
            List<Row> rows = index.arrivals(search, after, BATCH);
            for (Row row : rows) {
                write(
                        response,
                        "event: entry\nid: "
                                + row.arrival()
                                + "\ndata: "
                                + oneLine(pages.liveRow(row))
                                + "\n\n");
                after = row.arrival();
            }
            quiet = rows.isEmpty() ? quiet + 1 : 0;
            if (quiet >= QUIET_LOOKS) {
                write(response, ": still here\n\n");
                quiet = 0;
            }
            if (rows.size() < BATCH) {
                Thread.sleep(LOOK_MILLIS);
            }
        }
    }

    /** Waits until it is on its way: a slow reader slows only itself. */
    private static void write(HttpServerResponse response, String text)
            throws InterruptedException, ExecutionException {
        response.write(text).toCompletionStage().toCompletableFuture().get();
    }

    private static String oneLine(String html) {
        return html.replaceAll("[\\r\\n]+", " ");
    }

    private static long after(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : Long.MAX_VALUE - 1;
    }
}
