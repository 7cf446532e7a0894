// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.kit.SoftHsm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Against SoftHSM 2, through its PKCS#11 library. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenIT {
    private static final String LABEL = "token-it";

    private final SoftHsm hsm = SoftHsm.shared();
    private final Ed25519 ed25519 = Ed25519.best();
    private Signer inProcess;
    private Token token;

    private static byte[] pin(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @BeforeAll
    void open() throws Exception {
        try (Seed seed = Seed.generate(NKeyType.ACCOUNT, new SecureRandom())) {
            inProcess = ed25519.signer(seed);
            hsm.bring(LABEL, new String(seed.encoded(), StandardCharsets.US_ASCII));
        }
        token = Token.open(hsm.module(), SoftHsm.TOKEN, () -> pin(SoftHsm.PIN));
    }

    @AfterAll
    void close() {
        token.close();
    }

    /** Ed25519 leaves no choice: the same key over the same bytes gives the same signature. */
    @Test
    void signer_onTheToken_signsAsTheSeedInProcess() throws Exception {
        Signer signer = token.signer(LABEL, NKeyType.ACCOUNT);

        assertThat(signer.key()).isEqualTo(inProcess.key());
        for (int length : List.of(0, 1, 63, 1200, 60_000)) {
            byte[] message = new byte[length + 7];
            new SecureRandom().nextBytes(message);
            assertThat(signer.sign(message, 3, length))
                    .as("%d bytes", length)
                    .isEqualTo(inProcess.sign(message, 3, length));
        }
        assertThat(signer.toString()).contains(LABEL.isEmpty() ? "" : SoftHsm.TOKEN);
    }

    @Test
    void signer_forManyThreads_neverMixesMessages() throws Exception {
        Signer signer = token.signer(LABEL, NKeyType.ACCOUNT);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                byte[] message = ("message " + i).getBytes(StandardCharsets.UTF_8);
                all.add(
                        threads.submit(() ->
                                ed25519.verify(
                                        signer.key(),
                                        message,
                                        0,
                                        message.length,
                                        signer.sign(message))));
            }
            for (Future<Boolean> each : all) {
                assertThat(each.get()).isTrue();
            }
        }
    }

    /** As after an HSM's restart: all sessions are gone, and the login with them. */
    @Test
    void sign_afterTheTokenForgotUs_logsInOnceMore() throws Exception {
        Signer signer = token.signer(LABEL, NKeyType.ACCOUNT);
        Cryptoki behindOurBack = Cryptoki.load(hsm.module());
        for (long session = 0; session < 1000; session++) {
            behindOurBack.closeSession(session);
        }
        byte[] message = pin("after it");

        assertThat(signer.sign(message)).isEqualTo(inProcess.sign(message));
    }

    @Test
    void open_ofWhatIsNotThere_saysWhat() {
        assertThatThrownBy(() -> Token.open(hsm.module(), "no-such", () -> pin(SoftHsm.PIN)))
                .isInstanceOf(IOException.class)
                .hasMessage("no token \"no-such\" in a slot");
        assertThatThrownBy(() -> token.signer("no-such-key", NKeyType.ACCOUNT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no key \"no-such-key\" with Ed25519");
    }

    /** Two keys under one label: which of them would sign is left to nobody's luck. */
    @Test
    void signer_ofALabelThatIsThereTwice_isRefused() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (Seed seed = Seed.generate(NKeyType.ACCOUNT, new SecureRandom())) {
                hsm.bring("twice", new String(seed.encoded(), StandardCharsets.US_ASCII));
            }
        }
        assertThatThrownBy(() -> token.signer("twice", NKeyType.ACCOUNT))
                .hasMessageContaining("several keys \"twice\"");
    }

    @Test
    void load_ofWhatIsNoModule_isRefused(@TempDir Path folder) throws Exception {
        Path text = Files.writeString(folder.resolve("text.so"), "not a library");

        assertThatThrownBy(() -> Token.open(text, SoftHsm.TOKEN, () -> pin(SoftHsm.PIN)))
                .isInstanceOf(IOException.class)
                .hasMessage(text + ": cannot be loaded as a library");
        assertThatThrownBy(() ->
                        Token.open(
                                Path.of(System.getProperty("java.home"), "lib", "libzip.so"),
                                SoftHsm.TOKEN,
                                () -> pin(SoftHsm.PIN)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a PKCS#11 module");
    }
}
