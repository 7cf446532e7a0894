// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.ascii;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    private static final byte[] MESSAGE = ascii("who may come in?");

    private final SecureRandom random = new SecureRandom();
    private final XKeyBox newer = box();
    private final XKeyBox older = box();
    private final XKeyBox server = box();
    private final Signer account = signer();
    private final Signer formerAccount = signer();
    private final KeyRing ring = KeyRing.of(List.of(newer, older), List.of(account, formerAccount));

    private XKeyBox box() {
        return XKeyBox.of(Seed.generate(NKeyType.CURVE, random), random, 8);
    }

    private Signer signer() {
        return Ed25519.best().signer(Seed.generate(NKeyType.ACCOUNT, random));
    }

    // Checklist 22.
    @Test
    void open_sealedForOldOrNewKey_opensAndNamesTheBoxThatDidIt() throws Exception {
        for (XKeyBox ours : List.of(newer, older, newer)) {
            KeyRing.Opened opened =
                    ring.open(server.seal(MESSAGE, ours.key()), server.key().text());
            assertThat(opened.clear()).isEqualTo(MESSAGE);
            assertThat(opened.box()).isSameAs(ours);
            byte[] answer = opened.box().seal(MESSAGE, server.key());
            assertThat(server.open(answer, ours.key())).isEqualTo(MESSAGE);
        }
    }

    @Test
    void open_peerThatUsesTheOldKey_triesThatOneFirstFromThenOn() throws Exception {
        // The newer box never learns the peer, so it would be a sign of a needless attempt if it
        // did; that attempt costs an X25519 for each request.
        ring.open(server.seal(MESSAGE, older.key()), server.key().text());
        assertThat(older.knows(server.key())).isTrue();
        assertThat(newer.knows(server.key())).isFalse();
        assertThat(ring.open(server.seal(MESSAGE, older.key()), server.key().text()).box())
                .isSameAs(older);
    }

    // Checklist 20.
    @Test
    void open_sealedForAStranger_isRefused() {
        byte[] sealed = server.seal(MESSAGE, box().key());
        assertThatExceptionOfType(BoxRefused.class)
                .isThrownBy(() -> ring.open(sealed, server.key().text()));
    }

    @Test
    void open_noXKeys_isRefused() {
        KeyRing clear = KeyRing.of(List.of(), List.of(account));
        assertThatExceptionOfType(BoxRefused.class)
                .isThrownBy(() -> clear.open(new byte[100], server.key().text()));
    }

    @Test
    void signer_byPublicKey_isTheOneOrNone() {
        assertThat(ring.signer(account.key())).containsSame(account);
        assertThat(ring.signer(formerAccount.key())).containsSame(formerAccount);
        assertThat(ring.signer(server.key())).isEmpty();
    }

    @Test
    void boxes_order_isNewestFirst() {
        assertThat(ring.boxes()).containsExactly(newer, older);
    }

    @Test
    void of_keyTwice_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyRing.of(List.of(newer, newer), List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyRing.of(List.of(), List.of(account, account)));
    }

    @Test
    void toString_ring_hasPublicKeysOnly() {
        assertThat(ring.toString()).contains(newer.key().text(), account.key().text());
    }
}
