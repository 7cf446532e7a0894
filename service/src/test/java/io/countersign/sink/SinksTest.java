// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.kit.Certificates;
import io.countersign.kit.FreePorts;
import io.countersign.kit.Wait;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every entry arrives, whatever happens to the counterpart or to us. */
class SinksTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final SinkRun.Pace FAST =
            new SinkRun.Pace(Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(50));
    private static final Sinks.Origin ORIGIN = new Sinks.Origin("n1", "1.2.3");

    @TempDir Path temp;
    private GrowingLog log;

    @BeforeEach
    void begin() throws Exception {
        log = new GrowingLog(temp.resolve("trail"));
    }

    @AfterEach
    void end() throws Exception {
        log.close();
    }

    private Sinks start(SinkSettings.Target target) throws IOException {
        return start(target, SinkFormat.JSONL);
    }

    private Sinks start(SinkSettings.Target target, SinkFormat format) throws IOException {
        return Sinks.start(
                List.of(new SinkSettings("x", format, target)),
                log.reader(),
                temp.resolve("sinks"),
                ORIGIN,
                FAST);
    }

    private static void awaitAll(Sinks sinks) {
        Wait.until(
                "all handed over, " + sinks.statuses(),
                PATIENCE,
                () -> sinks.statuses().getFirst().behind() == 0);
    }

    private static void awaitFailure(Sinks sinks, String part) {
        Wait.until(
                "failure " + part + ", " + sinks.statuses(),
                PATIENCE,
                () -> sinks.statuses().getFirst().failure().contains(part));
    }

    private static List<String> idsOf(List<String> lines) {
        List<String> ids = new ArrayList<>();
        for (String line : lines) {
            ids.add(json(line).path("id").asText());
        }
        return ids;
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + line, e);
        }
    }

    /** Each at least once, and for the first time in the log's order. */
    private void assertNoneIsMissing(List<String> lines) {
        assertThat(new LinkedHashSet<>(idsOf(lines))).containsExactlyElementsOf(log.ids());
    }

    private SinkSettings.ToFile file(long maxBytes, int keep) {
        return new SinkSettings.ToFile(temp.resolve("out/audit.jsonl"), maxBytes, keep);
    }

    /** Of all files, oldest first. */
    private List<String> written() throws IOException {
        List<String> lines = new ArrayList<>();
        Path file = temp.resolve("out/audit.jsonl");
        for (int number = 1000; number > 0; number--) {
            Path older = temp.resolve("out/audit.jsonl." + number);
            if (Files.exists(older)) {
                lines.addAll(Files.readAllLines(older));
            }
        }
        lines.addAll(Files.readAllLines(file));
        return lines;
    }

    @Test
    void file_acrossRestartsAndRotations_hasEveryEntryOnceAndInOrder() throws Exception {
        for (int round = 0; round < 3; round++) {
            try (Sinks sinks = start(file(20_000, 900))) {
                for (int i = 0; i < 5; i++) {
                    log.grow(60);
                    awaitAll(sinks);
                }
            }
        }
        assertThat(idsOf(written())).isEqualTo(log.ids());
        assertThat(temp.resolve("out/audit.jsonl.2")).exists();
        assertThat(Files.size(temp.resolve("out/audit.jsonl.1"))).isLessThanOrEqualTo(20_000);
    }

    @Test
    void file_moreThanAreKept_losesTheOldestOnly() throws Exception {
        try (Sinks sinks = start(file(1, 2))) {
            for (int i = 0; i < 5; i++) {
                log.grow(3);
                awaitAll(sinks);
            }
        }
        assertThat(temp.resolve("out/audit.jsonl.2")).exists();
        assertThat(temp.resolve("out/audit.jsonl.3")).doesNotExist();
        // A page may be read while the log still grows: then there are more and smaller files.
        List<String> kept = idsOf(written());
        assertThat(kept).hasSizeBetween(3, 9);
        assertThat(kept).isEqualTo(log.ids().subList(15 - kept.size(), 15));
    }

    @Test
    void file_killedInTheMiddleOfALine_isMendedAndMissesNothing() throws Exception {
        log.grow(10);
        try (Sinks sinks = start(file(1 << 20, 2))) {
            awaitAll(sinks);
        }
        // As after a kill between the write and the cursor, with half of the next line.
        String cursor = Files.readString(temp.resolve("sinks/x.cursor"));
        Files.writeString(temp.resolve("sinks/x.cursor"), cursor.replaceFirst(" \\d+", " 7"));
        Files.writeString(
                temp.resolve("out/audit.jsonl"), "{\"v\":1,\"lo", StandardOpenOption.APPEND);
        log.grow(5);
        try (Sinks sinks = start(file(1 << 20, 2))) {
            awaitAll(sinks);
        }
        assertNoneIsMissing(written());
        assertThat(written()).hasSize(10 + 3 + 5);
    }

    @Test
    void file_thatCannotBeWritten_waitsAndLosesNothing() throws Exception {
        Files.writeString(temp.resolve("out"), "in the way");
        try (Sinks sinks = start(file(1 << 20, 2))) {
            log.grow(20);
            awaitFailure(sinks, "out");
            Files.delete(temp.resolve("out"));
            awaitAll(sinks);
            assertThat(sinks.statuses().getFirst().failure()).isEmpty();
        }
        assertThat(idsOf(written())).isEqualTo(log.ids());
    }

    @Test
    void cursor_damagedOrOfAnotherLog_beginsWithTheFirstEntry() throws Exception {
        log.grow(4);
        for (String text : List.of("", "nonsense", "abc 3", "\u00ff\u00fe 9")) {
            Files.createDirectories(temp.resolve("sinks"));
            Files.writeString(temp.resolve("sinks/x.cursor"), text);
            Files.deleteIfExists(temp.resolve("out/audit.jsonl"));
            try (Sinks sinks = start(file(1 << 20, 2))) {
                awaitAll(sinks);
            }
            assertThat(idsOf(written())).as(text).isEqualTo(log.ids());
        }
    }

    @Test
    void ocsf_format_isUsed() throws Exception {
        log.grow(1);
        try (Sinks sinks = start(file(1 << 20, 2), SinkFormat.OCSF)) {
            awaitAll(sinks);
        }
        JsonNode event = json(written().getFirst());
        assertThat(event.path("class_uid").asInt()).isEqualTo(3002);
        assertThat(event.at("/metadata/product/version").asText()).isEqualTo("1.2.3");
    }

    private Certificates certificates() {
        return Certificates.create(temp, Clock.systemUTC());
    }

    @Test
    void syslog_overTls_getsWellFormedMessages() throws Exception {
        Certificates certificates = certificates();
        try (SyslogServer server = SyslogServer.tls(certificates)) {
            log.grow(300);
            try (Sinks sinks =
                    start(
                            new SinkSettings.ToSyslog(
                                    "localhost",
                                    server.port(),
                                    Optional.of(certificates.sslContext(Optional.empty()))))) {
                awaitAll(sinks);
                log.grow(10);
                awaitAll(sinks);
            }
            assertThat(server.messages())
                    .allMatch(m ->
                            m.matches(
                                    "<85>1 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z n1"
                                            + " countersign - decision-deny - \\{.*}"));
            assertThat(idsOf(server.bodies())).isEqualTo(log.ids());
        }
    }

    @Test
    void syslog_thatComesLateAndBreaksOff_getsEverything() throws Exception {
        int port = FreePorts.several(1).getFirst();
        try (Sinks sinks = start(new SinkSettings.ToSyslog("127.0.0.1", port, Optional.empty()))) {
            log.grow(200);
            awaitFailure(sinks, "refused");
            try (SyslogServer server = SyslogServer.plain(port)) {
                server.breakOffAfter(3, 20); // three times, each after so many messages
                log.grow(200);
                awaitAll(sinks);
                assertNoneIsMissing(server.bodies());
            }
        }
    }

    @Test
    void syslog_serverOfAStranger_getsNothing() throws Exception {
        Certificates theirs =
                Certificates.create(Files.createDirectory(temp.resolve("a")), Clock.systemUTC());
        Certificates ours =
                Certificates.create(Files.createDirectory(temp.resolve("b")), Clock.systemUTC());
        try (SyslogServer server = SyslogServer.tls(theirs)) {
            log.grow(1);
            try (Sinks sinks =
                    start(
                            new SinkSettings.ToSyslog(
                                    "localhost",
                                    server.port(),
                                    Optional.of(ours.sslContext(Optional.empty()))))) {
                awaitFailure(sinks, "certification path");
                assertThat(sinks.statuses().getFirst().behind()).isEqualTo(1);
            }
            assertThat(server.messages()).isEmpty();
        }
    }

    @Test
    void webhook_overTlsWithToken_getsEveryEntryOnceAndInOrder() throws Exception {
        Certificates certificates = certificates();
        try (WebhookServer server = WebhookServer.tls(certificates);
                Sinks sinks =
                        start(
                                new SinkSettings.ToWebhook(
                                        server.url("/events"),
                                        Optional.of(certificates.sslContext(Optional.empty())),
                                        Optional.of(() -> "t0ken")))) {
            log.grow(300);
            awaitAll(sinks);
            assertThat(idsOf(server.lines())).isEqualTo(log.ids());
            assertThat(server.authorizations()).containsOnly("Bearer t0ken");
            assertThat(server.contentTypes()).containsOnly("application/x-ndjson");
        }
    }

    @Test
    void webhook_thatFailsAndForgets_getsEverythingAtLeastOnce() throws Exception {
        try (WebhookServer server = WebhookServer.plain();
                Sinks sinks = start(webhook(server.url("/events")))) {
            server.answersNext(500, 429, 307, WebhookServer.TAKES_AND_HANGS_UP, 401);
            log.grow(50);
            awaitAll(sinks);
            assertNoneIsMissing(server.lines());
            assertThat(server.paths()).containsOnly("/events"); // redirects lead nowhere
        }
    }

    @Test
    void webhook_tokenThatIsNoWord_isNeitherSentNorNamed() throws Exception {
        try (WebhookServer server = WebhookServer.plain();
                Sinks sinks =
                        start(
                                new SinkSettings.ToWebhook(
                                        server.url("/events"),
                                        Optional.empty(),
                                        Optional.of(() -> "two words")))) {
            log.grow(1);
            awaitFailure(sinks, "token");
            assertThat(sinks.statuses().getFirst().failure()).doesNotContain("two words");
            assertThat(server.paths()).isEmpty();
        }
    }

    @Test
    void close_whileTheCounterpartHangs_isPrompt_andNothingIsLost() throws Exception {
        try (WebhookServer server = WebhookServer.plain()) {
            server.answersNext(WebhookServer.HANGS);
            try (Sinks sinks = start(webhook(server.url("/events")))) {
                log.grow(5);
                Wait.until("a request", PATIENCE, () -> !server.paths().isEmpty());
                assertThat(sinks.statuses().getFirst().delivered()).isZero();
            }
            try (Sinks sinks = start(webhook(server.url("/events")))) {
                awaitAll(sinks);
            }
            assertThat(idsOf(server.lines())).isEqualTo(log.ids());
        }
    }

    private static SinkSettings.ToWebhook webhook(URI url) {
        return new SinkSettings.ToWebhook(url, Optional.empty(), Optional.empty());
    }
}
