// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryEncodingTest {
    static Stream<Arguments> outcomes() {
        return Stream.of(
                Arguments.of("allow", placed(Entries.allow())),
                Arguments.of("deny", placed(Entries.deny())),
                Arguments.of("drop", placed(Entries.drop())),
                Arguments.of("coalesced", placed(Entries.coalesced())),
                Arguments.of("allow-shadowed", placed(Entries.shadowed())),
                Arguments.of("verdict", placed(Entries.verdict())),
                Arguments.of("act", placed(Entries.act())),
                Arguments.of(
                        "reload",
                        placed(
                                AuditEntry.of(Kind.RELOAD, Entries.ID, Entries.NOW, "n1")
                                        .revision("77aa")
                                        .by("signal")
                                        .build())),
                Arguments.of(
                        "start",
                        placed(
                                AuditEntry.of(Kind.START, Entries.ID, Entries.NOW, "n1")
                                        .revision("5f2c")
                                        .detail("continues countersign/east/n1/0a at 4711")
                                        .build())));
    }

    @ParameterizedTest
    @MethodSource("outcomes")
    void encode_eachOutcome_isItsGoldenFile(String name, AuditEntry entry) throws Exception {
        assertThat(new String(entry.encoded(), UTF_8)).isEqualTo(golden(name));
    }

    @ParameterizedTest
    @MethodSource("outcomes")
    void decode_goldenFile_givesTheEntryBack(String name, AuditEntry entry) throws Exception {
        assertThat(AuditEntry.decode(golden(name).getBytes(UTF_8))).isEqualTo(entry);
    }

    @Test
    void encode_headAndFacts_areTheWhole() {
        AuditEntry entry = placed(Entries.allow());
        assertThat(
                        EntryEncoding.join(
                                EntryEncoding.head(entry.log(), entry.seq()),
                                EntryEncoding.facts(Entries.allow())))
                .isEqualTo(entry.encoded());
    }

    @Test
    void encode_hostileText_isAsciiWithoutControlCharacters() throws Exception {
        AuditEntry entry =
                Entries.deny().toBuilder()
                        .presented(new Presented("a\u001b[2J\u007f\u0085\u202eb\n\uD800\"\\ü", "h"))
                        .build();
        byte[] json = entry.encoded();
        for (byte b : json) {
            assertThat((int) b).isBetween(0x20, 0x7E);
        }
        AuditEntry back = AuditEntry.decode(json);
        assertThat(back).isEqualTo(entry);
        assertThat(back.presented().orElseThrow().name())
                .isEqualTo("a\u001b[2J\u007f\u0085\u202eb\n\uFFFD\"\\ü");
    }

    @Test
    void encode_longText_isCutToItsLimitInBytes() {
        Presented cut = new Presented("ü".repeat(10_000), "h");
        assertThat(cut.name().getBytes(UTF_8).length).isBetween(253, 256);
        assertThat(cut.name()).endsWith("ü…");
        assertThat(new Presented("\uD83D\uDE00".repeat(64), "").name()).doesNotEndWith("…");
        AuditEntry entry = Entries.deny().toBuilder().detail("x".repeat(5000)).build();
        assertThat(entry.detail().getBytes(UTF_8)).hasSize(1024);
    }

    @Test
    void decode_encodedRandomEntries_givesThemBack() throws Exception {
        long seed = 20261123;
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            AuditEntry entry = RandomEntries.next(random);
            assertThat(AuditEntry.decode(entry.encoded()))
                    .as("seed %d, entry %d", seed, i)
                    .isEqualTo(entry);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"v\":1}",
                "{\"v\":2,\"kind\":\"act\",\"id\":\"019ab000-0000-7000-8000-000000000001\",\"time\":\"2026-11-23T10:00:00.123Z\"}",
                "{\"v\":1,\"kind\":\"guess\",\"id\":\"019ab000-0000-7000-8000-000000000001\",\"time\":\"2026-11-23T10:00:00.123Z\"}",
                // Precision, white space, order, an unknown field, one field twice, an empty field,
                // an escape that need not be one, more than one value.
                "{\"v\":1,\"kind\":\"act\",\"id\":\"019ab000-0000-7000-8000-000000000001\",\"time\":\"2026-11-23T10:00:00Z\"}",
                "{\"v\":1, \"kind\":\"act\",\"id\":\"019ab000-0000-7000-8000-000000000001\",\"time\":\"2026-11-23T10:00:00.123Z\"}",
                "{\"kind\":\"act\",\"v\":1,\"id\":\"019ab000-0000-7000-8000-000000000001\",\"time\":\"2026-11-23T10:00:00.123Z\"}",
                "{\"v\":1,\"kind\":\"act\",\"id\":\"019ab000-0000-7000-8000-000000000001\",\"time\":\"2026-11-23T10:00:00.123Z\",\"extra\":1}",
                "{\"v\":1,\"kind\":\"act\",\"kind\":\"act\",\"id\":\"019ab000-0000-7000-8000-000000000001\",\"time\":\"2026-11-23T10:00:00.123Z\"}",
                "{\"v\":1,\"kind\":\"act\",\"id\":\"019ab000-0000-7000-8000-000000000001\",\"time\":\"2026-11-23T10:00:00.123Z\",\"by\":\"\"}",
                "{\"v\":1,\"kind\":\"\\u0061ct\",\"id\":\"019ab000-0000-7000-8000-000000000001\",\"time\":\"2026-11-23T10:00:00.123Z\"}",
                "{\"v\":1,\"kind\":\"act\",\"id\":\"019ab000-0000-7000-8000-000000000001\",\"time\":\"2026-11-23T10:00:00.123Z\"}{}",
                "{\"v\":1,\"kind\":\"act\",\"id\":\"1-1-1-1-1\",\"time\":\"2026-11-23T10:00:00.123Z\"}",
                "{\"v\":1,\"kind\":\"act\",\"id\":7,\"time\":\"2026-11-23T10:00:00.123Z\"}",
                "{\"v\":1,\"log\":\"a\",\"seq\":9223372036854775808,\"kind\":\"act\"}",
                "{\"v\":1,\"kind\":\"act\",\"client\":{\"client\":{}}}",
                "{\"v\":1,\"kind\":\"act\",\"took\":{\"open\":1.5}}",
            })
    void decode_anythingElse_isRefused(String json) {
        assertThatThrownBy(() -> AuditEntry.decode(json.getBytes(UTF_8)))
                .isInstanceOf(BadEntry.class);
    }

    private static AuditEntry placed(AuditEntry entry) {
        return entry.toBuilder().at("0f3k", 41).build();
    }

    private static String golden(String name) throws IOException {
        try (InputStream in =
                EntryEncodingTest.class.getResourceAsStream("golden/" + name + ".json")) {
            assertThat(in).as("golden/%s.json", name).isNotNull();
            return new String(in.readAllBytes(), UTF_8).strip();
        }
    }
}
