// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.nats.client.AuthHandler;
import io.nats.client.Nats;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CredsFileTest {
    private static final byte[] JWT = "aaa.bbb.ccc".getBytes(StandardCharsets.US_ASCII);
    private final Seed seed = Keys.seed(NKeyType.USER, 1);

    @Test
    void written_file_reads_back_equal() throws InvalidJwt, InvalidKey {
        try (CredsFile creds = CredsFile.parse(CredsFile.write(JWT, seed))) {
            assertThat(creds.jwt()).isEqualTo(JWT);
            assertThat(creds.seed().encoded()).isEqualTo(seed.encoded());
        }
    }

    @Test
    void client_library_reads_what_we_write() {
        AuthHandler client = Nats.staticCredentials(CredsFile.write(JWT, seed));

        assertThat(client.getJWT()).isEqualTo("aaa.bbb.ccc".toCharArray());
        assertThat(client.getID()).isEqualTo(seed.publicKey().text().toCharArray());
    }

    @Test
    void carriage_returns_and_other_text_around_are_accepted() throws InvalidJwt, InvalidKey {
        String text = "# mine\r\n\n" + text(CredsFile.write(JWT, seed)).replace("\n", "\r\n");

        try (CredsFile creds = CredsFile.parse(ascii(text))) {
            assertThat(creds.jwt()).isEqualTo(JWT);
            assertThat(creds.seed().publicKey()).isEqualTo(seed.publicKey());
        }
    }

    @Test
    void missing_block_is_refused_with_its_name() {
        String text = text(CredsFile.write(JWT, seed));

        assertThatThrownBy(() -> CredsFile.parse(ascii(text.replace("USER JWT", "X"))))
                .isInstanceOf(InvalidJwt.class)
                .hasMessageContaining("NATS USER JWT");
        assertThatThrownBy(() -> CredsFile.parse(ascii(text.replace("NKEY SEED", "X"))))
                .isInstanceOf(InvalidKey.class)
                .hasMessageContaining("NKEY SEED");
        assertThatThrownBy(() -> CredsFile.parse(new byte[0])).isInstanceOf(InvalidJwt.class);
        assertThatThrownBy(() -> CredsFile.parse(new byte[2 << 20])).isInstanceOf(InvalidJwt.class);
    }

    @Test
    void seed_of_another_type_is_refused_and_not_shown() {
        Seed account = Keys.seed(NKeyType.ACCOUNT, 1);
        byte[] text = CredsFile.write(JWT, account);

        assertThatThrownBy(() -> CredsFile.parse(text))
                .isInstanceOf(InvalidKey.class)
                .message()
                .doesNotContain(text(account.encoded()).substring(0, 12));
    }

    @Test
    void text_shows_no_secret_and_close_wipes_the_seed() throws InvalidJwt, InvalidKey {
        CredsFile creds = CredsFile.parse(CredsFile.write(JWT, seed));
        Seed inside = creds.seed();

        assertThat(creds).hasToString("CredsFile[" + seed.publicKey() + "]");
        creds.close();
        assertThatThrownBy(inside::encoded).isInstanceOf(IllegalStateException.class);
    }

    private static String text(byte[] ascii) {
        return new String(ascii, StandardCharsets.US_ASCII);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
