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
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
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

    // Checklist 10.
    @ParameterizedTest
    @MethodSource("providers")
    void verify_signatureOfAnotherLength_isFalse(Ed25519 ed25519) {
        Signer signer = newSigner(ed25519);
        byte[] good = signer.sign(MESSAGE);
        for (int length : new int[] {0, 1, 32, 63, 65, 96, 128}) {
            assertThat(verify(ed25519, signer.key(), MESSAGE, Arrays.copyOf(good, length)))
                    .as("%d bytes", length)
                    .isFalse();
        }
        assertThat(verify(ed25519, signer.key(), MESSAGE, good)).isTrue();
    }

    // Checklist 10.
    @ParameterizedTest
    @MethodSource("providers")
    void verify_anyBitOfTheSignatureFlipped_isFalse(Ed25519 ed25519) {
        Signer signer = newSigner(ed25519);
        byte[] good = signer.sign(MESSAGE);
        for (int bit = 0; bit < 512; bit++) {
            assertThat(verify(ed25519, signer.key(), MESSAGE, flipped(good, bit)))
                    .as("bit %d", bit)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void verify_anyBitOfTheMessageFlippedOrBytesMoved_isFalse(Ed25519 ed25519) {
        Signer signer = newSigner(ed25519);
        byte[] good = signer.sign(MESSAGE);
        for (int bit = 0; bit < MESSAGE.length * 8; bit++) {
            assertThat(verify(ed25519, signer.key(), flipped(MESSAGE, bit), good)).isFalse();
        }
        byte[] longer = Arrays.copyOf(MESSAGE, MESSAGE.length + 1);
        assertThat(verify(ed25519, signer.key(), longer, good)).isFalse();
        assertThat(ed25519.verify(signer.key(), MESSAGE, 1, MESSAGE.length - 1, good)).isFalse();
        assertThat(verify(ed25519, signer.key(), new byte[0], good)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void verify_anyBitOfTheKeyFlipped_isFalse(Ed25519 ed25519) {
        Signer signer = newSigner(ed25519);
        byte[] good = signer.sign(MESSAGE);
        for (int bit = 0; bit < 256; bit++) {
            // About half of them are not on the curve: those too are false, no exception.
            NKey other = key(NKeyType.USER, flipped(signer.key().bytes(), bit));
            assertThat(verify(ed25519, other, MESSAGE, good)).as("bit %d", bit).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void verify_keyThatIsNoPoint_isFalse(Ed25519 ed25519) {
        byte[] good = newSigner(ed25519).sign(MESSAGE);
        int found = 0;
        for (int y = 2; y < 20; y++) {
            if (Edwards.ofY(BigInteger.valueOf(y)).isEmpty()) {
                NKey key = key(NKeyType.USER, Edwards.littleEndian(BigInteger.valueOf(y)));
                assertThat(verify(ed25519, key, MESSAGE, good)).isFalse();
                found++;
            }
        }
        assertThat(found).isPositive();
    }

    // Checklist 10.
    @ParameterizedTest
    @MethodSource("providers")
    void verify_malleatedByMultiplesOfTheOrder_isFalse(Ed25519 ed25519) {
        Signer signer = newSigner(ed25519);
        byte[] good = signer.sign(MESSAGE);
        BigInteger s = Edwards.fromLittleEndian(Arrays.copyOfRange(good, 32, 64));
        assertThat(s).isLessThan(Edwards.L);
        int tried = 0;
        for (BigInteger more = s.add(Edwards.L);
                more.bitLength() <= 256;
                more = more.add(Edwards.L)) {
            assertThat(verify(ed25519, signer.key(), MESSAGE, withS(good, more))).isFalse();
            tried++;
        }
        assertThat(tried).isGreaterThanOrEqualTo(14);
        for (BigInteger odd :
                List.of(
                        BigInteger.ZERO,
                        BigInteger.ONE,
                        Edwards.L,
                        Edwards.L.subtract(BigInteger.ONE),
                        Edwards.L.subtract(s),
                        s.setBit(253),
                        s.setBit(254),
                        s.setBit(255),
                        BigInteger.TWO.pow(256).subtract(BigInteger.ONE))) {
            assertThat(verify(ed25519, signer.key(), MESSAGE, withS(good, odd)))
                    .as("S = %s", odd)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void verify_otherR_isFalse(Ed25519 ed25519) {
        Signer signer = newSigner(ed25519);
        byte[] good = signer.sign(MESSAGE);
        byte[] foreign = newSigner(ed25519).sign(MESSAGE);
        Edwards torsion = Edwards.ofOrderEight();
        byte[] negative = Arrays.copyOf(good, 32);
        negative[31] ^= (byte) 0x80;
        for (byte[] r :
                List.of(
                        new byte[32],
                        Edwards.ZERO.encoded(),
                        torsion.encoded(),
                        torsion.times(BigInteger.TWO).encoded(),
                        Edwards.littleEndian(Edwards.P),
                        Edwards.littleEndian(Edwards.P.add(BigInteger.ONE)),
                        negative,
                        signer.key().bytes(),
                        Arrays.copyOf(foreign, 32))) {
            byte[] altered = good.clone();
            System.arraycopy(r, 0, altered, 0, 32);
            assertThat(verify(ed25519, signer.key(), MESSAGE, altered)).isFalse();
            assertThat(verify(ed25519, signer.key(), MESSAGE, withS(altered, BigInteger.ZERO)))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void verify_signatureOfAnotherSignerOrAllZero_isFalse(Ed25519 ed25519) {
        Signer signer = newSigner(ed25519);
        byte[] foreign = newSigner(ed25519).sign(MESSAGE);
        assertThat(verify(ed25519, signer.key(), MESSAGE, foreign)).isFalse();
        assertThat(verify(ed25519, signer.key(), MESSAGE, new byte[64])).isFalse();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void verify_afterRefusals_stillTakesTheGoodOne(Ed25519 ed25519) {
        // A pooled engine that kept something of a refused signature would show here.
        Signer signer = newSigner(ed25519);
        byte[] good = signer.sign(MESSAGE);
        for (int i = 0; i < 50; i++) {
            assertThat(verify(ed25519, signer.key(), MESSAGE, flipped(good, 511 - i))).isFalse();
            assertThat(verify(ed25519, signer.key(), MESSAGE, flipped(good, i))).isFalse();
            assertThat(verify(ed25519, signer.key(), MESSAGE, good)).isTrue();
        }
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

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] copy = bytes.clone();
        copy[bit / 8] ^= (byte) (1 << (bit % 8));
        return copy;
    }

    private static byte[] withS(byte[] signature, BigInteger s) {
        byte[] copy = signature.clone();
        System.arraycopy(Edwards.littleEndian(s), 0, copy, 32, 32);
        return copy;
    }
}
