// SPDX-License-Identifier: Apache-2.0
package io.countersign.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.crypto.SigningUnavailable;
import io.countersign.kit.HttpStub;
import io.countersign.kit.VaultStub;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against answers in the form of Vault's API documentation. */
class VaultTest {
    private static final String TOKEN = "hvs.token-of-the-test";
    private static final TransitKey KEY = new TransitKey("transit", "issuer", 2);

    private final Ed25519 ed25519 = Ed25519.best();
    private final Signer signer;
    private final VaultStub stub = new VaultStub(TOKEN);
    private final Vault vault = vault(stub.url(), TOKEN);

    VaultTest() {
        try (Seed seed = Seed.generate(NKeyType.ACCOUNT, new SecureRandom())) {
            signer = ed25519.signer(seed);
        }
        stub.put("issuer", signer);
    }

    private static Vault vault(String url, String token) {
        return new Vault(
                URI.create(url + "/"), Optional.of("team-a"), Optional.empty(), () -> token);
    }

    @AfterEach
    void close() {
        vault.close();
        stub.close();
    }

    @Test
    void secret_thatIsThere_isItsField() throws Exception {
        stub.put("countersign/xkey", "seed", "SXAB\u00fc");

        assertThat(vault.secret("secret", "countersign/xkey", "seed"))
                .isEqualTo("SXAB\u00fc".getBytes(StandardCharsets.UTF_8));
        assertThat(stub.namespaces()).containsOnly("team-a");
    }

    @Test
    void secret_thatCannotBeHad_isToldByPlace_andNothingElse() {
        stub.put("countersign/xkey", "seed", "SX-the-seed");

        assertThatThrownBy(() -> vault.secret("secret", "countersign/other", "seed"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("secret/data/countersign/other answers 404");
        assertThatThrownBy(() -> vault.secret("secret", "countersign/xkey", "sead"))
                .hasMessage("Vault: secret/countersign/xkey has no text \"sead\"");
        try (Vault stranger = vault(stub.url(), "hvs.another")) {
            assertThatThrownBy(() -> stranger.secret("secret", "countersign/xkey", "seed"))
                    .hasMessageContaining("answers 403 (expected: a valid token")
                    .hasMessageNotContaining("hvs.another");
        }
        try (Vault odd = vault(stub.url(), "hvs.odd\ntoken")) {
            assertThatThrownBy(() -> odd.secret("secret", "countersign/xkey", "seed"))
                    .hasMessage("Vault: the token is not one line of plain text")
                    .hasNoCause();
        }
        stub.fails(503);
        assertThatThrownBy(() -> vault.secret("secret", "countersign/xkey", "seed"))
                .hasMessageContaining("answers 503 (expected: a Vault that is unsealed)")
                .hasMessageNotContaining(TOKEN);
    }

    @Test
    void signer_ofTransit_signsAsTheKeyItself() throws Exception {
        TransitSigner transit = TransitSigner.of(vault, KEY, NKeyType.ACCOUNT);
        byte[] message = "some bytes to sign".getBytes(StandardCharsets.UTF_8);

        assertThat(transit.key()).isEqualTo(signer.key());
        assertThat(transit.sign(message)).isEqualTo(signer.sign(message));
        assertThat(ed25519.verify(transit.key(), message, 5, 5, transit.sign(message, 5, 5)))
                .isTrue();
        assertThat(transit.toString()).contains(signer.key().text(), "transit/issuer#2");
    }

    /** A version that Vault does not have, and one whose public key is a weak point. */
    @Test
    void signer_ofAVersionThatIsNone_isRefused() {
        assertThatThrownBy(() ->
                        TransitSigner.of(
                                vault, new TransitKey("transit", "issuer", 3), NKeyType.ACCOUNT))
                .hasMessage("Vault: transit/keys/issuer has no version 3");
        assertThatThrownBy(() ->
                        TransitSigner.of(
                                vault, new TransitKey("transit", "issuer", 1), NKeyType.ACCOUNT))
                .isInstanceOf(io.countersign.crypto.InvalidKey.class);
    }

    @Test
    void sign_whenVaultIsSealed_isUnavailable_andSaysNoSecret() throws Exception {
        TransitSigner transit = TransitSigner.of(vault, KEY, NKeyType.ACCOUNT);
        stub.fails(503);

        assertThatThrownBy(() -> transit.sign(new byte[10]))
                .isInstanceOf(SigningUnavailable.class)
                .hasMessageContaining("transit/sign/issuer answers 503")
                .hasMessageNotContaining(TOKEN);
    }

    /** Whatever comes back: bytes, or an IOException. */
    @Test
    void answers_ofAnyForm_areValuesOrIoExceptions() throws Exception {
        Random random = new Random(77);
        String good =
                "{\"data\":{\"data\":{\"seed\":\"SA\"},\"type\":\"ed25519\",\"keys\":{\"2\":{\"public_key\":\"AAAA\"}},\"signature\":\"vault:v2:AAAA\"}}";
        byte[][] next = {good.getBytes(StandardCharsets.UTF_8)};
        try (HttpStub any =
                        HttpStub.start(
                                asked -> new HttpStub.Answer(200, next[0], java.util.Map.of()));
                Vault asked = vault(any.url(), TOKEN)) {
            for (int i = 0; i < 300; i++) {
                byte[] bytes = good.getBytes(StandardCharsets.UTF_8);
                for (int change = random.nextInt(4); change > 0; change--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                next[0] = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length) + 1);
                for (Reading reading :
                        List.<Reading>of(
                                it -> it.secret("secret", "a", "seed"),
                                it -> it.publicKey(KEY, NKeyType.ACCOUNT).bytes(),
                                it -> it.sign(KEY, bytes, java.time.Duration.ofSeconds(30)))) {
                    try {
                        assertThat(reading.of(asked)).isNotNull();
                    } catch (IOException | io.countersign.crypto.InvalidKey expected) {
                        assertThat(expected.getMessage()).doesNotContain(TOKEN);
                    }
                }
            }
        }
    }

    private interface Reading {
        byte[] of(Vault vault) throws IOException, io.countersign.crypto.InvalidKey;
    }
}
