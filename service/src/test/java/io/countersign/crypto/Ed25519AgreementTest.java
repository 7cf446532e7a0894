// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.seed;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which provider is chosen, and that it makes no difference. */
class Ed25519AgreementTest {
    @Test
    void best_onThisMachine_isTheFirstOfAll() {
        List<Ed25519> all = Ed25519.all();
        assertThat(Ed25519.best().providerName()).startsWith(all.getFirst().providerName());
        assertThat(all).extracting(Ed25519::providerName).last().isEqualTo("Bouncy Castle");
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void signAndVerify_randomInputs_sameWithEveryProvider(long start) {
        List<Ed25519> providers = Ed25519.all();
        Random random = new Random(start);
        for (int round = 0; round < 40; round++) {
            Seed seed = seed(NKeyType.SERVER, bytes(random, 32));
            byte[] message = bytes(random, random.nextInt(2000));
            byte[] signature = providers.getFirst().signer(seed).sign(message);
            for (Ed25519 provider : providers) {
                assertThat(provider.signer(seed).sign(message))
                        .as("start %d, round %d: %s", start, round, provider.providerName())
                        .isEqualTo(signature);
            }
            byte[] doubtful = mutated(random, signature);
            boolean good = Arrays.equals(doubtful, signature);
            for (Ed25519 provider : providers) {
                assertThat(provider.verify(seed.publicKey(), message, 0, message.length, doubtful))
                        .as("start %d, round %d: %s", start, round, provider.providerName())
                        .isEqualTo(good);
            }
        }
    }

    private static byte[] mutated(Random random, byte[] signature) {
        byte[] copy = signature.clone();
        switch (random.nextInt(5)) {
            case 0 -> copy[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> copy = Arrays.copyOf(copy, random.nextInt(130));
            case 2 -> copy = bytes(random, 64);
            case 3 -> {
                BigInteger s =
                        Edwards.fromLittleEndian(Arrays.copyOfRange(copy, 32, 64)).add(Edwards.L);
                System.arraycopy(Edwards.littleEndian(s), 0, copy, 32, 32);
            }
            default -> {
                // As it was.
            }
        }
        return copy;
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** In a process of its own: a native library is loaded once. */
    @Test
    void best_nativeLibraryCannotBeUnpacked_fallsBackAndSaysWhy(@TempDir Path directory)
            throws Exception {
        // A missing directory would be created, a file cannot be one; a noexec mount needs root.
        Path file = Files.createFile(directory.resolve("no-directory"));
        String output = run("-Djava.io.tmpdir=" + file);
        assertThat(output).startsWith("Bouncy Castle (ACCP: ").endsWith("): true");
    }

    private static String run(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SignOnce.class.getName()));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output.strip().lines().reduce("", (_, last) -> last);
    }

    /** Prints the provider and whether it verifies what it signs. */
    static final class SignOnce {
        private SignOnce() {}

        public static void main(String[] args) {
            Ed25519 ed25519 = Ed25519.best();
            Signer signer = ed25519.signer(seed(NKeyType.USER, new byte[32]));
            byte[] message = new byte[10];
            boolean good = ed25519.verify(signer.key(), message, 0, 10, signer.sign(message));
            System.out.println(ed25519.providerName() + ": " + good);
        }
    }
}
