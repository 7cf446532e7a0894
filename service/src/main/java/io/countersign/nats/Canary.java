// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs in through the real servers again and again, one after the other, as an application would:
 * the only check that sees everything between a client and its place in an account. Which instance
 * answers is up to the queue group. Thread-safe.
 */
public final class Canary implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Canary.class);

    /** Go clients give up at about this time, whatever the server's own timeout is. */
    private static final Duration PATIENCE = Duration.ofMillis(2200);

    /** Without a success for so long, something is wrong; a single slow login is not. */
    private static final Duration SILENCE = Duration.ofSeconds(9);

    private final List<String> servers;
    private final Optional<SSLContext> tls;
    private final PlainLogin login;
    private final Name name;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("canary").factory());
    private int next;
    private volatile long lastSuccess;
    private volatile boolean succeeded;
    private volatile String lastFailure = "no login has been tried yet";
    private final LongAdder tried = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /** What it calls itself, on each connection otherwise. */
    @FunctionalInterface
    public interface Name {
        /**
         * A name for one connection.
         *
         * @param server public key of the server
         * @param cid id of the connection there
         */
        String on(String server, long cid);
    }

    private Canary(List<String> servers, Optional<SSLContext> tls, PlainLogin login, Name name) {
        this.servers = List.copyOf(servers);
        this.tls = tls;
        this.login = login;
        this.name = name;
    }

    /**
     * Begins to log in.
     *
     * @param servers that are tried in turn
     * @param login what a client would present
     * @param every from the end of one login to the next; a few seconds
     */
    public static Canary start(
            List<String> servers,
            Optional<SSLContext> tls,
            PlainLogin login,
            Name name,
            Duration every) {
        Canary canary = new Canary(servers, tls, login, name);
        var _ =
                canary.timer.scheduleWithFixedDelay(
                        canary::logIn, 0, every.toMillis(), TimeUnit.MILLISECONDS);
        return canary;
    }

    private void logIn() {
        String server = servers.get(next);
        next = (next + 1) % servers.size();
        tried.increment();
        try (PlainConnection connection = PlainConnection.dial(server, tls, PATIENCE)) {
            String named = name.on(connection.serverId(), connection.cid());
            Verdict verdict = connection.login(login, named, PATIENCE);
            switch (verdict) {
                case Verdict.Admitted _ -> succeeded();
                case Verdict.Refused(var why, _) -> failed(server + ": refused: " + why);
                case Verdict.TimedOut(var after) -> failed(server + ": no answer in " + after);
                case Verdict.Closed(var after) -> failed(server + ": hung up after " + after);
            }
        } catch (IOException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // An exception would end the timer, and with it the only eye on the whole.
            failed("a fault of ours: " + e.getClass().getSimpleName());
            log.error("the canary failed", e);
        }
    }

    private void succeeded() {
        lastSuccess = System.nanoTime();
        if (!succeeded || !lastFailure.isEmpty()) {
            log.info("the canary is let in");
        }
        lastFailure = "";
        succeeded = true;
    }

    private void failed(String why) {
        failed.increment();
        if (lastFailure.isEmpty()) {
            log.warn("the canary is not let in: {}", why);
        }
        lastFailure = why;
    }

    /**
     * What is wrong: none of its logins has succeeded for nine seconds, and why the last did not.
     */
    public Optional<String> problem() {
        boolean isFresh = succeeded && System.nanoTime() - lastSuccess < SILENCE.toNanos();
        return isFresh
                ? Optional.empty()
                : Optional.of(
                        "no login through a server succeeded in %d s; the last: %s"
                                .formatted(
                                        SILENCE.toSeconds(),
                                        lastFailure.isEmpty() ? "took too long" : lastFailure));
    }

    /** Logins tried so far. */
    public long tried() {
        return tried.sum();
    }

    /** Those that failed. */
    public long failed() {
        return failed.sum();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
