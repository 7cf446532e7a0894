// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Counted;
import io.countersign.audit.Kind;
import io.countersign.audit.Presented;
import io.countersign.audit.Shadow;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Entries in other people's formats; names in them were chosen by strangers. */
class EntryFormTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123Z");
    private static final UUID ID = UUID.fromString("019ab000-0000-7000-8000-000000000001");

    private static AuditEntry refusal(String name) {
        return AuditEntry.of(Kind.DECISION, ID, NOW, "n1")
                .decision(AuditEntry.DENY)
                .reason("bad-credential")
                .presented(new Presented(name, "h"))
                .client(new Client("10.0.0.7", 5, "Client", "nats", name, "go", "1", ""))
                .counted(new Counted(7, NOW, NOW.plusMillis(900)))
                .build();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "=HYPERLINK(1);\"'=HYPERLINK(1)\"",
                "+1;\"'+1\"",
                "-1;\"'-1\"",
                "@SUM(1);\"'@SUM(1)\"",
                "a,b;\"a,b\"",
                "say \"hi\";\"say \"\"hi\"\"\"",
                "alice;alice"
            })
    void csv_cell_isNeverAFormula(String name, String cell) {
        assertThat(EntryCsv.cell(name)).isEqualTo(cell);
    }

    @Test
    void csv_line_hasACellForEachColumn() {
        assertThat(EntryCsv.line(refusal("alice")).split(",", -1))
                .hasSameSizeAs(EntryCsv.HEADING.split(",", -1));
    }

    @Test
    void csv_lineBreakInAName_staysInItsLine() {
        assertThat(EntryCsv.line(refusal("a\nb"))).doesNotContain("\n").contains("a\\u{a}b");
    }

    @Test
    void text_escapesInAName_areShown() {
        assertThat(EntryForm.TEXT.line(refusal("\u001b[2Jx"), new byte[0]).orElseThrow())
                .doesNotContain("\u001b")
                .contains("(\\u{1b}[2Jx)", "reason=bad-credential", "count=7");
    }

    @Test
    void text_andCsv_sayWhatTheShadowPolicyWouldDo() {
        AuditEntry entry =
                refusal("alice").toBuilder()
                        .shadow(new Shadow(Shadow.GAINS, "", "next", "APP", ""))
                        .build();

        assertThat(EntryForm.TEXT.line(entry, new byte[0]).orElseThrow()).contains("shadow=gains");
        assertThat(EntryCsv.HEADING).endsWith(",shadow");
        assertThat(EntryCsv.line(entry)).endsWith(",gains");
        assertThat(EntryCsv.line(refusal("alice"))).endsWith(",");
    }

    @Test
    void filter_ofShadowDifferences_leavesOnlyThese() {
        EntryFilter filter = CommandLine.populateCommand(new EntryFilter(), "--shadow-differs");
        AuditEntry plain = refusal("alice");
        AuditEntry other =
                plain.toBuilder()
                        .shadow(new Shadow(Shadow.CHANGES, "revoked", "next", "", ""))
                        .build();

        assertThat(filter.prepared().matches(other)).isTrue();
        assertThat(filter.matches(plain)).isFalse();
        assertThat(CommandLine.populateCommand(new EntryFilter()).prepared().matches(plain))
                .isTrue();
    }

    @Test
    void ocsf_refusal_isAFailedLogon() throws Exception {
        JsonNode event =
                new ObjectMapper()
                        .readTree(EntryForm.OCSF.line(refusal("alice"), new byte[0]).orElseThrow());

        assertThat(event.path("class_uid").asInt()).isEqualTo(3002);
        assertThat(event.path("type_uid").asInt()).isEqualTo(300_201);
        assertThat(event.path("status_id").asInt()).isEqualTo(2);
        assertThat(event.path("status_code").asText()).isEqualTo("bad-credential");
        assertThat(event.at("/user/name").asText()).isEqualTo("alice");
        assertThat(event.at("/user/uid").isMissingNode()).isTrue();
        assertThat(event.at("/src_endpoint/ip").asText()).isEqualTo("10.0.0.7");
        assertThat(event.at("/metadata/version").asText()).isEqualTo("1.8.0");
        assertThat(event.path("count").asLong()).isEqualTo(7);
        assertThat(event.path("time").asLong()).isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void ocsf_ofAnAct_isNoEvent() {
        AuditEntry act = AuditEntry.of(Kind.ACT, ID, NOW, "n1").reason("revoke").build();

        assertThat(EntryForm.OCSF.line(act, new byte[0])).isEmpty();
    }
}
