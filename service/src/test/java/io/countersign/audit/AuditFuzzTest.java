// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.InclusionProof;
import io.countersign.audit.tlog.SignedNote;
import org.junit.jupiter.api.Tag;

/** Bytes from disks and streams that others could write. */
@Tag("fuzz")
class AuditFuzzTest {
    @FuzzTest
    void decode_anyBytes_areThatEntryOrRefused(byte[] data) {
        try {
            assertThat(AuditEntry.decode(data).encoded()).isEqualTo(data);
        } catch (BadEntry e) {
            assertThat(e).hasNoCause();
        }
    }

    @FuzzTest
    void readHead_anyBytes_isThatOfTheEntryOrRefused(byte[] data) {
        try {
            EntryHead head = EntryHead.read(data, "0f3k", 41);
            AuditEntry entry = AuditEntry.decode(data);
            assertThat(head.id()).isEqualTo(entry.id());
            assertThat(head.kind()).isEqualTo(entry.kind().word());
            assertThat(head.time()).isEqualTo(entry.time().toEpochMilli());
        } catch (BadEntry e) {
            assertThat(e).hasNoCause();
        }
    }

    @FuzzTest
    void parseNote_anyText_isThatNoteOrRefused(byte[] data) {
        String text = new String(data, UTF_8);
        try {
            SignedNote note = SignedNote.parse(text);
            assertThat(note.encoded()).isEqualTo(text);
            assertThat(Checkpoint.parse(note).text()).isEqualTo(note.text());
        } catch (BadNote e) {
            assertThat(e).hasNoCause();
        }
    }

    @FuzzTest
    void parseProof_anyText_isAProofOrRefused(byte[] data) {
        String text = new String(data, UTF_8);
        try {
            InclusionProof proof = InclusionProof.parse(text);
            assertThat(InclusionProof.parse(proof.text())).isEqualTo(proof);
        } catch (BadNote e) {
            assertThat(e).hasNoCause();
        }
    }
}
