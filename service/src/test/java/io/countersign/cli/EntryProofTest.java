// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.CosignatureVerifier;
import io.countersign.audit.tlog.Cosigner;
import io.countersign.audit.tlog.InclusionProof;
import io.countersign.audit.tlog.NoteSigner;
import io.countersign.audit.tlog.NoteVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.audit.tlog.TreeHash;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code audit verify --proof} and the keys of witnesses. */
class EntryProofTest {
    private static final Ed25519 ED25519 = Ed25519.best();
    private static final String LOG = "countersign/test/a/0f3k";
    private static final String WITNESS = "countersign/test/b/witness";
    private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);

    @TempDir private Path folder;
    private final Signer log = signer();
    private final Signer witness = signer();
    private Path entry;

    private static Signer signer() {
        try (Seed seed = Seed.generate(NKeyType.USER, new SecureRandom())) {
            return ED25519.signer(seed);
        }
    }

    private static String vkey(Signer of) throws Exception {
        return new CosignatureVerifier(WITNESS, of.key(), ED25519).vkey();
    }

    @BeforeEach
    void write() throws Exception {
        entry = Files.write(folder.resolve("entry.json"), BODY);
    }

    private CommandRun verify(SignedNote checkpoint, String... more) throws Exception {
        Path proof =
                Files.writeString(
                        folder.resolve("entry.tlog-proof"),
                        new InclusionProof(0, List.of(), checkpoint).text());
        String[] fixed = {
            "audit",
            "verify",
            "--proof",
            proof.toString(),
            "--entry",
            entry.toString(),
            "--vkey",
            new NoteVerifier(LOG, log.key(), ED25519).vkey()
        };
        String[] all = java.util.Arrays.copyOf(fixed, fixed.length + more.length);
        System.arraycopy(more, 0, all, fixed.length, more.length);
        return CommandRun.of(all);
    }

    private SignedNote signed() {
        return new NoteSigner(LOG, log).sign(new Checkpoint(LOG, 1, TreeHash.leaf(BODY)).text());
    }

    @Test
    void verify_proofThatAWitnessSigned_saysWhoAndWhen() throws Exception {
        SignedNote both =
                new Cosigner(WITNESS, witness)
                        .cosign(signed(), Instant.parse("2026-11-28T10:59:30Z"));

        CommandRun run = verify(both, "--witness", vkey(witness));

        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(run.out())
                .contains(
                        "The entry stands in " + LOG + ", of 1 entries.",
                        "Co-signed by " + WITNESS + " at 2026-11-28T10:59:30Z.");
    }

    /** Whoever names a witness wants its signature: a proof without it says less than was asked. */
    @Test
    void verify_proofWithoutThatWitness_isNotProven() throws Exception {
        SignedNote strangers = new Cosigner(WITNESS, signer()).cosign(signed(), Instant.EPOCH);

        for (SignedNote note : List.of(signed(), strangers)) {
            CommandRun run = verify(note, "--witness", vkey(witness));

            assertThat(run.exitCode()).isEqualTo(ExitCode.NO);
            assertThat(run.out())
                    .contains("NOT PROVEN: checkpoint: not signed by the witness " + WITNESS);
            assertThat(verify(note).exitCode()).isEqualTo(ExitCode.DONE);
        }
    }
}
