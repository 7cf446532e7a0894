// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.kit.Wait;
import io.countersign.view.index.AuditIndex;
import io.countersign.view.index.Entries;
import io.countersign.view.index.Machine;
import io.countersign.view.index.Piece;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What fifty people who watch Live cost the ingest: the same work with them and without them, in
 * turns, so that what else the machine does falls on both alike. Reports figures; {@code ops/soak
 * live} runs it in a size that means something.
 */
class LiveSpeedIT {
    private static final int SIZE = Integer.getInteger("countersign.soak.size", 24_000);
    private static final String REPORT = System.getProperty("countersign.soak.report", "");
    private static final int VIEWERS = 50;
    private static final int TURNS = SIZE < 100_000 ? 2 : 10;
    private static final int BATCH = 2_000;

    /** Percent of the ingest that must be left. */
    private static final int KEPT = 90;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path folder;
    private final Entries entries = new Entries(11, 2000, 20_000, 20);
    private final AtomicLong bytes = new AtomicLong();
    private long position;

    @Test
    void ingest_fiftyViewers_goesOn() throws Exception {
        double[] alone = new double[TURNS];
        double[] watched = new double[TURNS];
        int slice = Math.max(BATCH, SIZE / (2 * TURNS));
        try (AuditIndex index = AuditIndex.open(folder.resolve("index.db"));
                ViewFixture view =
                        ViewFixture.start(ViewFixture.Setup.of(folder, index, Clock.systemUTC()))) {
            rate(index, slice); // a first one, for the compiler
            for (int turn = 0; turn < TURNS; turn++) {
                alone[turn] = rate(index, slice);
                List<Socket> viewers = viewers(view);
                watched[turn] = rate(index, slice);
                for (Socket viewer : viewers) {
                    viewer.close();
                }
            }
        }
        assertThat(bytes.get()).as("what the viewers got").isGreaterThan(VIEWERS * 1_000L);
        double[] kept = new double[TURNS];
        for (int i = 0; i < TURNS; i++) {
            kept[i] = 100 * watched[i] / alone[i];
        }
        report(slice, alone, watched, kept);
        if (!REPORT.isEmpty()) { // a long run, by hand, on a machine that does nothing else
            assertThat(median(kept)).as("percent kept").isGreaterThanOrEqualTo(KEPT);
        }
    }

    /** Entries a second, read, hashed and stored, one batch right after the other. */
    private double rate(AuditIndex index, int count) throws Exception {
        List<List<byte[]>> batches = new ArrayList<>();
        for (int done = 0; done < count; done += BATCH) {
            List<byte[]> bodies = new ArrayList<>();
            for (AuditEntry entry : entries.next(Math.min(BATCH, count - done))) {
                bodies.add(entry.encoded());
            }
            batches.add(bodies);
        }
        long start = System.nanoTime();
        for (List<byte[]> bodies : batches) {
            List<Piece> pieces = new ArrayList<>();
            for (byte[] body : bodies) {
                pieces.add(new Piece.Entry(AuditEntry.decode(body), body, position));
            }
            index.take("speed", position++, pieces);
        }
        return count * 1e9 / Math.max(1, System.nanoTime() - start);
    }

    /** Browsers of people, each with all entries; they only take what comes. */
    private List<Socket> viewers(ViewFixture view) throws IOException {
        URI url = URI.create(view.url());
        String request =
                "GET /live/events HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n"
                        .formatted(url.getAuthority(), view.cookieOf("vera"));
        List<Socket> viewers = new ArrayList<>();
        AtomicLong open = new AtomicLong();
        for (int i = 0; i < VIEWERS; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            viewers.add(socket);
            Thread.startVirtualThread(() -> drain(socket, open));
        }
        Wait.until(VIEWERS + " viewers", PATIENCE, () -> open.get() == VIEWERS);
        return viewers;
    }

    private void drain(Socket socket, AtomicLong open) {
        byte[] buffer = new byte[64 * 1024];
        try (InputStream in = socket.getInputStream()) {
            long mine = 0;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (mine == 0) {
                    open.incrementAndGet();
                }
                mine += n;
                bytes.addAndGet(n);
            }
        } catch (IOException e) {
            return; // closed by the test
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static void report(int slice, double[] alone, double[] watched, double[] kept)
            throws IOException {
        Files.writeString(
                REPORT.isEmpty() ? Path.of("target", "live-speed.md") : Path.of(REPORT),
                """

                %d viewers, SQLite, %d turns of %,d entries each (medians), %s

                | alone | with viewers | kept | bar |
                |---|---|---|---|
                | %,.0f a second | %,.0f a second | %.0f %% (%.0f to %.0f) | ≥ %d %% |
                """
                        .formatted(
                                VIEWERS,
                                TURNS,
                                slice,
                                Machine.today(),
                                median(alone),
                                median(watched),
                                median(kept),
                                Arrays.stream(kept).min().orElse(0),
                                Arrays.stream(kept).max().orElse(0),
                                KEPT),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
