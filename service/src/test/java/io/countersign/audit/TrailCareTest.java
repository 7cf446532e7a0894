// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.countersign.crypto.Signer;
import io.countersign.kit.Wait;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What an instance does for its trail by itself. */
class TrailCareTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TrailCare.Pace OFTEN =
            new TrailCare.Pace(Duration.ofMillis(5), Duration.ofMillis(5));

    @TempDir Path temp;
    private final Signer signer = Trails.signer();
    private final Logger logger = (Logger) LoggerFactory.getLogger(TrailCare.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(logged);
        logger.setLevel(null);
    }

    @Test
    void diskFillsUp_isSaidAloudOnce() throws Exception {
        TrailSettings settings =
                Trails.settings(temp.resolve("trail")).withLowSpace(Long.MAX_VALUE);
        try (SqliteTrail trail = Trails.open(settings, signer, CheckpointListener.NONE);
                TrailCare care = care(trail, Retention.NONE, new AtomicLong())) {
            assertThat(care).isNotNull();
            Wait.until("the warning", PATIENCE, () -> !messages().isEmpty());
        }
        assertThat(messages())
                .singleElement()
                .satisfies(m -> assertThat(m).contains("FILLS UP", "nobody is let in"));
    }

    /** Bodies go by age once the stream and every sink have them, and not before. */
    @Test
    void retention_isApplied_butNotToWhatOthersHaveNotGot() throws Exception {
        AtomicLong brought = new AtomicLong();
        try (SqliteTrail trail = Trails.open(temp.resolve("trail"), signer)) {
            Trails.fill(trail, 50); // of days ago
            Retention week = new Retention(Optional.of(Duration.ofSeconds(1)), Optional.empty());
            try (TrailCare care = care(trail, week, brought)) {
                assertThat(care).isNotNull();
                brought.set(20);
                Wait.until("20 are gone", PATIENCE, () -> isGone(trail, 19));
                assertThat(isGone(trail, 20)).isFalse();
                brought.set(50);
                Wait.until("all are gone", PATIENCE, () -> isGone(trail, 49));
            }
        }
    }

    private static boolean isGone(SqliteTrail trail, long seq) {
        try {
            return trail.reader().entry(seq).isEmpty();
        } catch (AuditUnavailable e) {
            throw new IllegalStateException(e);
        }
    }

    private TrailCare care(SqliteTrail trail, Retention retention, AtomicLong brought) {
        Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofDays(3650));
        AuditDrafts drafts =
                new AuditDrafts(
                        "n1",
                        new EntryIds(clock, new SecureRandom()),
                        clock,
                        System::nanoTime,
                        text -> "h:" + text.hashCode());
        return TrailCare.start(
                trail, new TrailKeeper(trail, drafts), retention, brought::get, clock, OFTEN);
    }

    private List<String> messages() {
        return List.copyOf(logged.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
