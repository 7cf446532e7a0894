// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import io.countersign.trace.Note;
import io.countersign.trace.Span;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link that keeps a backend's troubles from the others. At most so many questions at once, none
 * longer than its limit; equal ones are asked once; answers are kept for a while; a backend that
 * keeps failing is left alone for a pause, so that clients of other links do not wait for it.
 *
 * <p>A question runs on a virtual thread of its own and is asked to its end even if nobody waits
 * any more: whoever tries again finds the answer. One that is stuck beyond its limit is interrupted
 * and keeps its place until it really ends, so that a hanging backend can hold that many threads
 * and no more. Thread-safe.
 */
public final class BackendLink implements Link, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BackendLink.class);

    private final Backend backend;
    private final LinkLimits limits;
    private final Semaphore places;
    private final Breaker breaker;
    private final AnswerCache cache;
    private final ConcurrentMap<String, Flight> flights = new ConcurrentHashMap<>();
    private final LongAdder asked = new LongAdder();
    private final LongAdder remembered = new LongAdder();
    private final LongAdder unavailable = new LongAdder();
    private final LongAdder stale = new LongAdder();

    /**
     * @param nanoClock monotonic, {@code System::nanoTime} outside tests
     */
    public BackendLink(
            Backend backend, LinkLimits limits, SecureRandom random, LongSupplier nanoClock) {
        this.backend = backend;
        this.limits = limits;
        this.places = new Semaphore(limits.atOnce());
        this.breaker = new Breaker(limits.breaking(), nanoClock);
        this.cache = new AnswerCache(limits.keeping(), random, nanoClock);
    }

    /** One question under way and all who wait for its answer. */
    private static final class Flight {
        final CompletableFuture<Authentication> answer = new CompletableFuture<>();

        /** Whether the backend has it; else it waits for a place. */
        volatile boolean isAsking;
    }

    @Override
    public Authentication ask(VerifiedRequest request, Instant now, Deadline deadline) {
        Optional<Question> question = backend.question(request);
        if (question.isEmpty()) {
            return new NotMine();
        }
        String key = cache.key(question.get());
        Optional<Authentication> known = cache.fresh(key, now);
        if (known.isPresent()) {
            remembered.increment();
            Span.current().note(Note.ANSWER, "remembered");
            return known.get();
        }
        Authentication answer =
                deadline.isPast()
                        ? unable("no time left")
                        : await(flight(key, question.get(), now), deadline);
        if (!(answer instanceof Unavailable)) {
            return answer;
        }
        unavailable.increment();
        Optional<Authentication> older = cache.stale(key, now);
        older.ifPresent(_ -> {
            stale.increment();
            Span.current().note(Note.ANSWER, "stale");
        });
        return older.orElse(answer);
    }

    private CompletableFuture<Authentication> flight(String key, Question question, Instant now) {
        Flight mine = new Flight();
        Flight other = flights.putIfAbsent(key, mine);
        if (other != null) {
            Span.current().note(Note.ANSWER, "shared");
            return other.answer;
        }
        Optional<Authentication> landed = cache.fresh(key, now);
        if (landed.isPresent()) { // between our look and our take-off
            mine.answer.complete(landed.get());
            flights.remove(key, mine);
        } else if (!breaker.admits()) {
            mine.answer.complete(unable("left alone after failures in a row"));
            flights.remove(key, mine);
        } else {
            launch(key, mine, question, now);
        }
        return mine.answer;
    }

    private void launch(String key, Flight flight, Question question, Instant now) {
        asked.increment();
        Span span = begun(Span.current());
        Deadline end = Deadline.after(limits.time());
        long mark = cache.mark();
        Thread thread =
                Thread.ofVirtual()
                        .name("authenticator " + source())
                        .unstarted(flying(span, () -> fly(key, flight, question, now, end, mark)));
        var _ =
                flight.answer
                        .completeOnTimeout(
                                unable("no answer in time"),
                                limits.time().toNanos(),
                                TimeUnit.NANOSECONDS)
                        .whenComplete((answer, failure) -> {
                            flights.remove(key, flight);
                            judge(flight, answer);
                            ended(span, answer);
                            thread.interrupt(); // nobody waits for it any more
                        });
        thread.start();
    }

    /** The question's own span, in the trace of the login that asks it first. */
    private Span begun(Span login) {
        if (!login.isRecorded()) {
            return Span.NONE;
        }
        login.note(Note.ANSWER, "asked");
        return login.call("ask " + source()).note(Note.SOURCE, source());
    }

    private static Runnable flying(Span span, Runnable flight) {
        return span.isRecorded() ? () -> ScopedValue.where(Span.CURRENT, span).run(flight) : flight;
    }

    private static void ended(Span span, @Nullable Authentication answer) {
        switch (answer) {
            case Unavailable _ -> span.failed("unavailable");
            case null -> span.failed("fault");
            default -> {}
        }
        span.end();
    }

    private void fly(
            String key, Flight flight, Question question, Instant now, Deadline end, long mark) {
        try {
            if (!places.tryAcquire(end.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                flight.answer.complete(unable("too many questions under way"));
                return;
            }
        } catch (InterruptedException e) {
            return; // its time ran out, and whoever said so has completed it
        }
        try {
            flight.isAsking = true;
            Authentication answer = backend.ask(question, now, end);
            cache.keep(key, answer, mark);
            flight.answer.complete(answer);
        } catch (RuntimeException e) {
            flight.answer.completeExceptionally(e);
        } finally {
            places.release();
        }
    }

    private void judge(Flight flight, @Nullable Authentication answer) {
        if (!flight.isAsking) {
            breaker.gaveUp();
        } else if (answer instanceof Unavailable no && !no.backend().equals(source())) {
            breaker.gaveUp(); // something of ours that it needed, such as hashing
        } else if (answer == null || answer instanceof Unavailable) {
            if (breaker.failed()) {
                String why = answer instanceof Unavailable no ? no.detail() : "a fault of ours";
                log.warn(
                        "authenticator {}: failed {} times in a row ({}); tried again every {} ms",
                        source(),
                        limits.breaking().failures(),
                        why,
                        limits.breaking().pause().toMillis());
            }
        } else if (breaker.succeeded()) {
            log.info("authenticator {}: answers again", source());
        }
    }

    private Authentication await(CompletableFuture<Authentication> answer, Deadline deadline) {
        try {
            return answer.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return unable("no answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unable("interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException("authenticator " + source() + " failed", e.getCause());
        }
    }

    private Unavailable unable(String detail) {
        return new Unavailable(source(), detail);
    }

    /** Name in the configuration. */
    public String source() {
        return backend.source();
    }

    /** Forgets every yes about these: for a revocation. */
    public void forget(Predicate<Identity> whom) {
        cache.forget(whom);
    }

    /** How it fares. */
    public Status status() {
        return new Status(
                source(),
                asked.sum(),
                remembered.sum(),
                unavailable.sum(),
                stale.sum(),
                limits.atOnce() - places.availablePermits(),
                breaker.isOpen());
    }

    /**
     * Counts since the start of this link.
     *
     * @param asked questions to the backend
     * @param remembered answers from memory
     * @param unavailable logins that got no answer
     * @param stale of them, those that an older yes let in
     * @param underWay questions that the backend has now
     * @param isLeftAlone whether its breaker is open
     */
    public record Status(
            String source,
            long asked,
            long remembered,
            long unavailable,
            long stale,
            int underWay,
            boolean isLeftAlone) {}

    /** Begins what takes long the first time; returns at once. */
    public void warmUp() {
        backend.warmUp();
    }

    @Override
    public void close() {
        backend.close();
    }
}
