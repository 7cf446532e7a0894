// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.ascii;
import static io.countersign.crypto.Vectors.hex;
import static io.countersign.crypto.Vectors.key;
import static io.countersign.crypto.Vectors.seed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every provider must do; what they must agree on is in {@code Ed25519AgreementTest}. */
class Ed25519Test {
    private static final byte[] MESSAGE = ascii("let this one in");

    static List<Ed25519> providers() {
        return Ed25519.all();
    }

    /** Hexadecimal. */
    record Vector(String secret, String key, String message, String signature) {
        @Override
        public String toString() {
            return message.length() / 2 + "-byte message";
        }
    }

    static Stream<Arguments> vectors() {
        return providers().stream()
                .flatMap(provider -> rfc8032().stream().map(v -> Arguments.of(provider, v)));
    }

    private static List<Vector> rfc8032() {
        List<Vector> vectors = new ArrayList<>();
        try (InputStream in = Ed25519Test.class.getResourceAsStream("rfc8032.txt")) {
            Iterator<String> lines =
                    new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII)
                            .lines()
                            .filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .map(line -> line.equals("-") ? "" : line)
                            .iterator();
            while (lines.hasNext()) {
                vectors.add(new Vector(lines.next(), lines.next(), lines.next(), lines.next()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return vectors;
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void sign_vectorOfRfc8032_givesItsSignature(Ed25519 ed25519, Vector vector) {
        byte[] message = hex(vector.message);
        byte[] signature = hex(vector.signature);
        Signer signer = ed25519.signer(seed(NKeyType.USER, hex(vector.secret)));
        assertThat(signer.key()).isEqualTo(key(NKeyType.USER, hex(vector.key)));
        assertThat(signer.sign(message)).isEqualTo(signature);
        assertThat(verify(ed25519, signer.key(), message, signature)).isTrue();
    }

    /** The reference's appendix A. */
    @ParameterizedTest
    @MethodSource("providers")
    void sign_jwtOfTheAppendix_givesItsSignature(Ed25519 ed25519) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String claims =
                """
                {"jti":"JTI","iat":1700000000,"iss":"ADLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRVRTU",\
                "sub":"UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUVAL",\
                "nats":{"type":"user","version":2}}\
                """;
        String header = "{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}";
        byte[] signed =
                ascii(
                        base64.encodeToString(ascii(header))
                                + "."
                                + base64.encodeToString(ascii(claims)));
        Signer signer =
                ed25519.signer(seed("SAAJ2YNRTXX72WTAXKCEV5ES5QWMIRCJYVUXWMTJDFYDXLADDSXH6YHY3Q"));
        byte[] signature = signer.sign(signed);
        assertThat(base64.encodeToString(signature))
                .isEqualTo(
                        "lGa7qaW8IOSEWWCWLMY2cvd8ZC_4DayIw7JeoHVKpepmw3gZ8U3urEua9hltkKOd"
                                + "ChCr-ZH_N_ik_HXYlWK6Dg");
        assertThat(verify(ed25519, signer.key(), signed, signature)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void sign_partOfAnArray_isThatOfTheCopy(Ed25519 ed25519) {
        Signer signer = newSigner(ed25519);
        byte[] framed = ascii("<<<" + new String(MESSAGE, StandardCharsets.US_ASCII) + ">>>>");
        byte[] signature = signer.sign(framed, 3, MESSAGE.length);
        assertThat(signature).isEqualTo(signer.sign(MESSAGE));
        assertThat(ed25519.verify(signer.key(), framed, 3, MESSAGE.length, signature)).isTrue();
        assertThat(ed25519.verify(signer.key(), framed, 2, MESSAGE.length, signature)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void sign_outsideTheArray_isRefusedAndLeavesNothingBehind(Ed25519 ed25519) {
        Signer signer = newSigner(ed25519);
        byte[] good = signer.sign(MESSAGE);
        for (int[] part : new int[][] {{-1, 3}, {0, MESSAGE.length + 1}, {10, 10}, {0, -1}}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> signer.sign(MESSAGE, part[0], part[1]));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(
                            () -> ed25519.verify(signer.key(), MESSAGE, part[0], part[1], good));
        }
        assertThat(signer.sign(MESSAGE)).isEqualTo(good);
        assertThat(verify(ed25519, signer.key(), MESSAGE, good)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void signer_seedClosed_stillSigns(Ed25519 ed25519) {
        Signer signer;
        try (Seed seed = Seed.generate(NKeyType.ACCOUNT, new SecureRandom())) {
            signer = ed25519.signer(seed);
        }
        assertThat(verify(ed25519, signer.key(), MESSAGE, signer.sign(MESSAGE))).isTrue();
        assertThat(signer).hasToString("Signer[" + signer.key() + "]");
    }

    @ParameterizedTest
    @MethodSource("providers")
    void curveKey_neitherSignsNorVerifies(Ed25519 ed25519) {
        Seed curve = Seed.generate(NKeyType.CURVE, new SecureRandom());
        assertThatIllegalArgumentException().isThrownBy(() -> ed25519.signer(curve));
        assertThat(verify(ed25519, curve.publicKey(), MESSAGE, new byte[64])).isFalse();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void signAndVerify_manyThreadsOneKey_neverMixMessages(Ed25519 ed25519) throws Exception {
        Signer signer = newSigner(ed25519);
        List<Future<Boolean>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 400; i++) {
                byte[] message = ascii("message " + i);
                boolean spoil = i % 3 == 0;
                results.add(
                        threads.submit(() -> {
                            byte[] signature = signer.sign(message);
                            if (spoil) {
                                signature[5] ^= 1;
                            }
                            return verify(ed25519, signer.key(), message, signature) != spoil;
                        }));
            }
        }
        for (Future<Boolean> result : results) {
            assertThat(result.get()).isTrue();
        }
    }

    private static Signer newSigner(Ed25519 ed25519) {
        return ed25519.signer(Seed.generate(NKeyType.USER, new SecureRandom()));
    }

    private static boolean verify(Ed25519 ed25519, NKey key, byte[] message, byte[] signature) {
        return ed25519.verify(key, message, 0, message.length, signature);
    }
}
