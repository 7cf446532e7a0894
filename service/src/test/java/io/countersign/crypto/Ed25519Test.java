// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import static io.countersign.crypto.Vectors.ascii;
import static io.countersign.crypto.Vectors.key;
import static io.countersign.crypto.Vectors.seed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Ed25519Test {
    static List<Ed25519> providers() {
        return Ed25519.all();
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
        assertThat(signer.key())
                .isEqualTo(key("ADLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRVRTU"));
        assertThat(ed25519.verify(signer.key(), signed, 0, signed.length, signature)).isTrue();
    }
}
