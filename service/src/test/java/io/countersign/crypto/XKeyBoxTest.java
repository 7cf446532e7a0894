// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.ascii;
import static io.countersign.crypto.Vectors.hex;
import static io.countersign.crypto.Vectors.key;
import static io.countersign.crypto.Vectors.seed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.countersign.kit.Wait;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The keys and the sealed message are those of the reference's appendix A. */
class XKeyBoxTest {
    private static final String SEED_A =
            "SXAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6IC6WE";
    private static final String SEED_B =
            "SXAECQSDIRCUMR2IJFFEWTCNJZHVAUKSKNKFKVSXLBMVUW24LVPF6YE6DY";
    private static final NKey A = key("XAD2G7F4CQQJHSFXKXOBWEHINS2CMN2K2FVKQU7NBPP4BMVYNUOHZWPX");
    private static final NKey B = key("XBSLCANR2C7FVBYEXUDY7GEVAAP4APUOT6KSF4MI3UJI3GCG2SCGNMDB");
    private static final byte[] NONCE = hex("6465666768696a6b6c6d6e6f707172737475767778797a7b");
    private static final byte[] MESSAGE = ascii("hello xkeys");
    private static final byte[] SEALED =
            hex(
                    """
                    786b7631 6465666768696a6b6c6d6e6f707172737475767778797a7b
                    6593375b7176f66bae68f7b71665644c c0fe87c6561497364b6f3b
                    """);

    private final XKeyBox a = XKeyBox.of(seed(SEED_A), new SecureRandom(), 16);
    private final XKeyBox b = XKeyBox.of(seed(SEED_B), new SecureRandom(), 16);

    @Test
    void seal_appendixVector_givesItsBytesInBothDirections() {
        assertThat(a.key()).isEqualTo(A);
        assertThat(b.key()).isEqualTo(B);
        assertThat(a.seal(MESSAGE, B, NONCE)).isEqualTo(SEALED);
        assertThat(b.seal(MESSAGE, A, NONCE)).isEqualTo(SEALED);
    }

    @Test
    void open_appendixVector_givesTheMessageInBothDirections() throws Exception {
        assertThat(a.open(SEALED, B)).isEqualTo(MESSAGE);
        assertThat(b.open(SEALED, A)).isEqualTo(MESSAGE);
    }

    @Test
    void open_sealedOfEveryLengthAroundBlocks_givesTheMessage() throws Exception {
        Random random = new Random(7);
        for (int length = 0; length <= 330; length++) {
            byte[] message = new byte[length];
            random.nextBytes(message);
            byte[] sealed = a.seal(message, B);
            assertThat(sealed).hasSize(length + XKeyBox.OVERHEAD);
            assertThat(b.open(sealed, A)).isEqualTo(message);
        }
    }

    // Checklist 20.
    @Test
    void open_everyTruncation_isRefused() {
        for (int length = 0; length < SEALED.length; length++) {
            byte[] cut = Arrays.copyOf(SEALED, length);
            assertThatExceptionOfType(BoxRefused.class)
                    .as("%d bytes", length)
                    .isThrownBy(() -> b.open(cut, A));
        }
    }

    // Checklist 20.
    @Test
    void open_everyFlippedBit_isRefused() {
        for (int bit = 0; bit < SEALED.length * 8; bit++) {
            byte[] altered = SEALED.clone();
            altered[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatExceptionOfType(BoxRefused.class)
                    .as("bit %d", bit)
                    .isThrownBy(() -> b.open(altered, A));
        }
    }

    @Test
    void open_bytesAppended_isRefused() {
        byte[] longer = Arrays.copyOf(SEALED, SEALED.length + 1);
        assertThatExceptionOfType(BoxRefused.class).isThrownBy(() -> b.open(longer, A));
    }

    // Checklist 20.
    @Test
    void open_otherPeerOrOtherBox_isRefused() {
        XKeyBox c =
                XKeyBox.of(
                        Seed.generate(NKeyType.CURVE, new SecureRandom()), new SecureRandom(), 16);
        assertThatExceptionOfType(BoxRefused.class).isThrownBy(() -> c.open(SEALED, A));
        assertThatExceptionOfType(BoxRefused.class).isThrownBy(() -> b.open(SEALED, c.key()));
    }

    // Checklist 20.
    @Test
    void open_otherVersion_isRefused() {
        byte[] newer = SEALED.clone();
        newer[3] = '2';
        assertThatExceptionOfType(BoxRefused.class)
                .isThrownBy(() -> b.open(newer, A))
                .withMessageContaining("expected: xkv1");
    }

    @Test
    void open_refused_doesNotRememberThePeer() throws Exception {
        byte[] altered = SEALED.clone();
        altered[50] ^= 1;
        assertThatExceptionOfType(BoxRefused.class).isThrownBy(() -> b.open(altered, A));
        assertThat(b.knows(A)).isFalse();
        b.seal(MESSAGE, A);
        assertThat(b.knows(A)).isFalse();
        b.open(SEALED, A);
        assertThat(b.knows(A)).isTrue();
    }

    // Checklist 75: a restarted server has a new xkey, and nobody asks with the old one again.
    @Test
    void open_morePeersThanAreRemembered_forgetsTheOldest() throws Exception {
        SecureRandom random = new SecureRandom();
        XKeyBox few = XKeyBox.of(Seed.generate(NKeyType.CURVE, random), random, 2);
        List<XKeyBox> servers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            XKeyBox server = XKeyBox.of(Seed.generate(NKeyType.CURVE, random), random, 2);
            servers.add(server);
            few.open(server.seal(new byte[] {1}, few.key()), server.key());
        }
        Wait.until(
                "at most two remembered",
                Duration.ofSeconds(30),
                () -> servers.stream().filter(server -> few.knows(server.key())).count() <= 2);
    }

    @Test
    void open_afterARefusalFromAKnownPeer_stillOpens() throws Exception {
        b.open(SEALED, A);
        byte[] altered = SEALED.clone();
        altered[40] ^= 1;
        assertThatExceptionOfType(BoxRefused.class).isThrownBy(() -> b.open(altered, A));
        assertThat(b.open(SEALED, A)).isEqualTo(MESSAGE);
        assertThat(b.seal(MESSAGE, A, NONCE)).isEqualTo(SEALED);
    }

    @Test
    void seal_twice_neverWithTheSameNonce() {
        assertThat(a.seal(MESSAGE, B)).isNotEqualTo(a.seal(MESSAGE, B));
    }

    @Test
    void box_keyThatIsNotACurveKey_isRefused() {
        Seed account = Seed.generate(NKeyType.ACCOUNT, new SecureRandom());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> XKeyBox.of(account, new SecureRandom(), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> a.seal(MESSAGE, account.publicKey()));
        assertThatExceptionOfType(BoxRefused.class)
                .isThrownBy(() -> a.open(SEALED, account.publicKey()));
    }

    @Test
    void open_afterTheSeedIsClosed_stillOpens() throws Exception {
        XKeyBox box;
        try (Seed seed = seed(SEED_B)) {
            box = XKeyBox.of(seed, new SecureRandom(), 1);
        }
        assertThat(box.open(SEALED, A)).isEqualTo(MESSAGE);
        assertThat(box).hasToString("XKeyBox[" + B + "]");
    }

    @Test
    void sealInPlace_messageBehindRoom_opensAsIfItHadBeenSealedElsewhere() throws Exception {
        SecureRandom random = new SecureRandom();
        XKeyBox ours = XKeyBox.of(Seed.generate(NKeyType.CURVE, random), random, 4);
        XKeyBox theirs = XKeyBox.of(Seed.generate(NKeyType.CURVE, random), random, 4);
        for (int length = 0; length < 200; length++) {
            byte[] message = new byte[length];
            random.nextBytes(message);
            byte[] room = new byte[XKeyBox.OVERHEAD + length];
            System.arraycopy(message, 0, room, XKeyBox.OVERHEAD, length);

            byte[] sealed = ours.sealInPlace(room, theirs.key());

            assertThat(theirs.open(sealed, ours.key())).isEqualTo(message);
        }
    }
}
