// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in force is on the disk, and comes back from it. */
class RevocationBookTest {
    private static final Revocation ANN =
            new Revocation(
                    new Drawn(1).id(),
                    RevocationKind.ACCOUNT,
                    "APP",
                    "stolen",
                    "ann",
                    Drawn.NOW,
                    Optional.empty(),
                    1,
                    false);

    @TempDir Path folder;

    private RevocationBook open(RevocationSeal seal) throws IOException {
        RevocationStore store = RevocationStore.open(folder.resolve("revocations.db"), seal);
        return RevocationBook.open(seal, store, new Revocations());
    }

    @Test
    void open_afterEnterAndLift_hasTheLastRecord() throws IOException {
        try (RevocationBook book = open(Drawn.seal(1))) {
            book.enter(ANN);
        }
        try (RevocationBook book = open(Drawn.seal(1))) {
            assertThat(book.view().findAccount("APP", Drawn.NOW)).contains(ANN);
            book.enter(ANN.lifted("bob", "back", Drawn.NOW));
        }
        try (RevocationBook book = open(Drawn.seal(1))) {
            assertThat(book.view().findAccount("APP", Drawn.NOW)).isEmpty();
            assertThat(book.view().size()).isEqualTo(1);
        }
        Path file = folder.resolve("revocations.db");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void open_recordsOfAnotherSecret_isRefused() throws IOException {
        try (RevocationBook book = open(Drawn.seal(1))) {
            book.enter(ANN);
        }
        assertThatThrownBy(() -> open(Drawn.seal(2)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("1 of 1 records");
    }

    @Test
    void merge_forgedLift_changesNothing() throws IOException {
        try (RevocationBook book = open(Drawn.seal(1))) {
            SignedRevocation held = book.enter(ANN);
            byte[] forged = Drawn.seal(2).sign(ANN.lifted("mallory", "", Drawn.NOW)).bytes();
            byte[] edited = held.bytes();
            edited[2] |= 1; // the flag that lifts
            assertThat(book.merge(List.of(forged, edited, new byte[0], held.bytes())))
                    .isEqualTo(new RevocationBook.Taken(0, 0, 3));
            assertThat(book.view().findAccount("APP", Drawn.NOW)).contains(ANN);
        }
    }

    /** The cluster secret changes: records outlive it, and do not need it any more. */
    @Test
    void open_recordsOfASecretThatCounts_areSignedAnewForGood() throws IOException {
        try (RevocationBook book = open(Drawn.seal(1))) {
            book.enter(ANN);
        }
        byte[] asSignedNow = Drawn.seal(2).sign(ANN).bytes();
        try (RevocationBook book = open(Drawn.seal(2, 1))) {
            assertThat(book.view().get(ANN.id()).orElseThrow().bytes()).isEqualTo(asSignedNow);
            assertThat(book.view().findAccount("APP", Drawn.NOW)).contains(ANN);
        }
        try (RevocationBook book = open(Drawn.seal(2))) {
            assertThat(book.view().findAccount("APP", Drawn.NOW)).contains(ANN);
        }
        assertThatThrownBy(() -> open(Drawn.seal(1))).isInstanceOf(IOException.class);
    }

    /** Instances of both secrets, side by side while they restart, have the same and no news. */
    @Test
    void merge_recordsOfASecretThatCounts_areTheSameRecords() throws IOException {
        Revocation lifted = ANN.lifted("bob", "back", Drawn.NOW);
        try (RevocationBook book = open(Drawn.seal(2, 1))) {
            byte[] old = Drawn.seal(1).sign(ANN).bytes();
            assertThat(book.merge(List.of(old)).news()).isEqualTo(1);
            assertThat(book.merge(List.of(old, Drawn.seal(2).sign(ANN).bytes())))
                    .isEqualTo(new RevocationBook.Taken(0, 0, 0));
            assertThat(book.merge(List.of(Drawn.seal(3).sign(lifted).bytes())).bad()).isEqualTo(1);
            assertThat(book.merge(List.of(Drawn.seal(1).sign(lifted).bytes())).news()).isEqualTo(1);
            assertThat(book.view().findAccount("APP", Drawn.NOW)).isEmpty();
        }
    }

    /** What this build does not understand is signed anew as it is. */
    @Test
    void open_unknownRecordOfASecretThatCounts_isKept() throws Exception {
        byte[] body = Drawn.seal(1).sign(ANN).bytes();
        byte[] unknown = Arrays.copyOf(body, body.length - RevocationSeal.MAC);
        unknown[0] = 9;
        SignedRecord read = Drawn.seal(2, 1).open(Drawn.seal(1).signed(unknown));

        assertThat(read).isInstanceOf(UnknownRecord.class);
        assertThat(read.bytes()).isEqualTo(Drawn.seal(2).signed(unknown));
    }
}
