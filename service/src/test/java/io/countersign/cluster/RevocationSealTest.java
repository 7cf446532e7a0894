// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The form of records, and that nobody without the secret makes one. */
class RevocationSealTest {
    private final RevocationSeal seal = Drawn.seal(1);

    @Test
    void open_whatWasSigned_isTheSame() throws BadRevocation {
        long seed = System.nanoTime();
        Drawn drawn = new Drawn(seed);
        for (int i = 0; i < 500; i++) {
            Revocation it = drawn.revocation();
            if (i % 3 == 0) {
                it = it.lifted("bob", "back again", Drawn.NOW);
            }
            SignedRevocation opened = (SignedRevocation) seal.open(seal.sign(it).bytes());
            assertThat(opened.revocation()).as("seed %d", seed).isEqualTo(it);
        }
    }

    @Test
    void open_anyBitFlippedOrByteMissingOrAdded_isRefused() {
        byte[] good = seal.sign(new Drawn(7).revocation()).bytes();
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> seal.open(bad)).isInstanceOf(BadRevocation.class);
        }
        for (int length = 0; length <= good.length + 1; length++) {
            byte[] bad = Arrays.copyOf(good, length);
            if (length != good.length) {
                assertThatThrownBy(() -> seal.open(bad)).isInstanceOf(BadRevocation.class);
            }
        }
    }

    @Test
    void open_recordOfAnotherSecret_isRefused() {
        byte[] strange = Drawn.seal(2).sign(new Drawn(7).revocation()).bytes();
        assertThatThrownBy(() -> seal.open(strange))
                .isInstanceOf(BadRevocation.class)
                .hasMessageContaining("not signed");
    }

    @Test
    void sign_longestTexts_fit() throws BadRevocation {
        Revocation longest =
                new Revocation(
                        new Drawn(1).id(),
                        RevocationKind.CLIENT,
                        "v".repeat(Revocation.VALUE_BYTES),
                        "r".repeat(Revocation.REASON_BYTES),
                        "a".repeat(Revocation.AUTHOR_BYTES),
                        Drawn.NOW,
                        Optional.of(Drawn.NOW),
                        Long.MAX_VALUE,
                        true);
        assertThat(seal.open(seal.sign(longest).bytes()))
                .isInstanceOfSatisfying(
                        SignedRevocation.class,
                        it -> assertThat(it.revocation()).isEqualTo(longest));
        assertThatThrownBy(() -> longest.lifted("a", "r".repeat(1025), Drawn.NOW))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
