// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of a build to come, on the disk of this one: nothing is lost, nothing is made up. */
class NewerRecordsTest {
    @TempDir Path folder;
    private final RevocationSeal seal = Drawn.seal(1);
    private final Newer newer = new Newer(seal);

    private RevocationBook open(String disk) throws IOException {
        return RevocationBook.open(
                seal, RevocationStore.open(folder.resolve(disk), seal), new Revocations());
    }

    private static Revocation account(String name) {
        return new Revocation(
                new Drawn(name.hashCode()).id(),
                RevocationKind.ACCOUNT,
                name,
                "stolen",
                "ann",
                Drawn.NOW,
                Optional.empty(),
                1,
                false);
    }

    @Test
    void merge_fieldThatMayBeSkipped_isInForceAndKeptWhole() throws IOException {
        byte[] bytes = newer.withField(account("APP"), 7, "ticket 4711");
        try (RevocationBook book = open("a")) {
            assertThat(book.merge(List.of(bytes))).isEqualTo(new RevocationBook.Taken(1, 0, 0));
            assertThat(book.view().findAccount("APP", Drawn.NOW)).contains(account("APP"));
        }
        try (RevocationBook book = open("a")) {
            assertThat(book.view().findAccount("APP", Drawn.NOW)).contains(account("APP"));
            assertThat(book.view().all()).extracting(SignedRecord::bytes).containsExactly(bytes);
        }
    }

    @Test
    void merge_kindFormFlagOrNeededFieldUnknown_isKeptAndPassedOnButNotConfirmed()
            throws IOException {
        List<byte[]> records =
                List.of(
                        newer.ofKind(account("A"), 99),
                        newer.inForm(account("B"), 2),
                        newer.withFlag(account("C"), 64),
                        newer.withField(account("D"), 200, "only on weekdays"));
        long[] digests;
        try (RevocationBook book = open("a")) {
            RevocationBook.Taken taken = book.merge(records);
            assertThat(taken).isEqualTo(new RevocationBook.Taken(4, 4, 0));
            assertThat(taken.isComplete()).isFalse();
            digests = book.view().digests();
            for (String name : List.of("A", "B", "C", "D")) {
                assertThat(book.view().findAccount(name, Drawn.NOW)).isEmpty();
            }
        }
        try (RevocationBook book = open("a");
                RevocationBook other = open("b")) {
            assertThat(book.view().unknown()).isEqualTo(4);
            assertThat(book.view().all()).isEmpty();
            for (int bucket = 0; bucket < RecordTable.BUCKETS; bucket++) {
                other.merge(GridAnswers.unpacked(GridAnswers.packed(book.view().inBucket(bucket))));
            }
            assertThat(other.view().digests()).isEqualTo(digests);
            assertThat(other.view().size()).isEqualTo(4);
        }
    }

    /**
     * The safe side: who does not understand a change goes on refusing, who is told to lift lifts.
     */
    @Test
    void merge_unknownChangeOfAKnownRevocation_holdsUntilLifted() throws IOException {
        Revocation held = account("APP");
        Revocation second = version(held, 2, false);
        Revocation third = version(held, 3, true);
        try (RevocationBook book = open("a")) {
            book.enter(held);
            book.merge(List.of(newer.ofKind(second, 99)));
            assertThat(book.view().findAccount("APP", Drawn.NOW)).isPresent();
            book.merge(List.of(newer.inForm(third, 2)));
            assertThat(book.view().findAccount("APP", Drawn.NOW)).isEmpty();
            book.merge(List.of(seal.sign(held).bytes()));
            assertThat(book.view().findAccount("APP", Drawn.NOW)).isEmpty();
            assertThat(book.view().size()).isEqualTo(1);
        }
    }

    private static Revocation version(Revocation it, long version, boolean lifted) {
        return new Revocation(
                it.id(),
                it.kind(),
                it.value(),
                it.reason(),
                it.author(),
                it.created(),
                it.expires(),
                version,
                lifted);
    }
}
