// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.kit.Requests;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** Any bytes into a reader give a value or its one declared exception, and nothing else. */
@Tag("fuzz")
class ProtocolFuzzTest {
    /** Believes every signature, so that the fuzzer gets behind it. */
    private static final Ed25519 CREDULOUS =
            new Ed25519() {
                @Override
                public String providerName() {
                    return "credulous";
                }

                @Override
                public Signer signer(Seed seed) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public boolean verify(
                        NKey key, byte[] message, int offset, int length, byte[] signature) {
                    return true;
                }
            };

    private static final RequestVerifier REAL =
            new RequestVerifier(Keys.ED25519, Set.of(), Duration.ofSeconds(5));
    private static final RequestVerifier BELIEVING =
            new RequestVerifier(CREDULOUS, Set.of(), Duration.ofDays(400_000));
    private static final JwtReader READER = new JwtReader(CREDULOUS);
    private static final Requests SERVER = Requests.server();

    /** The bytes are the whole token. */
    @FuzzTest
    void token(byte[] bytes) {
        verify(REAL, bytes);
        verify(BELIEVING, bytes);
    }

    /**
     * The bytes are the claims of a well-formed token: the JSON reader and the checks behind it.
     */
    @FuzzTest
    void claims(byte[] bytes) {
        byte[] header =
                "{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}".getBytes(StandardCharsets.US_ASCII);
        byte[] token = SERVER.sign(header, bytes);
        verify(BELIEVING, token);
        try {
            READER.readUser(token);
            READER.readAccount(token);
            READER.readOperator(token);
        } catch (InvalidJwt e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    @FuzzTest
    void header(byte[] bytes) {
        verify(BELIEVING, SERVER.sign(bytes, "{}".getBytes(StandardCharsets.US_ASCII)));
    }

    @FuzzTest
    void creds(byte[] bytes) {
        try (CredsFile creds = CredsFile.parse(bytes)) {
            byte[] again = CredsFile.write(creds.jwt(), creds.seed());
            try (CredsFile same = CredsFile.parse(again)) {
                assertThat(same.jwt()).isEqualTo(creds.jwt());
            }
        } catch (InvalidJwt | InvalidKey e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    /** What the rules let through is what servers accept: tokens split at dots, none odd. */
    @FuzzTest
    void subject(byte[] bytes) {
        String subject = new String(bytes, StandardCharsets.UTF_8);
        if (Subjects.publishProblem(subject).isEmpty()) {
            String[] tokens = subject.split("\\.", -1);
            for (int i = 0; i < tokens.length; i++) {
                assertThat(tokens[i]).isNotEmpty().doesNotContainAnyWhitespaces();
                boolean whole = tokens[i].length() == 1;
                assertThat(tokens[i].contains("*") && !whole).isFalse();
                assertThat(tokens[i].contains(">") && (!whole || i < tokens.length - 1)).isFalse();
            }
            assertThat(Subjects.subscribeProblem(subject)).isEmpty();
            assertThat(Subjects.covers(subject, subject)).isTrue();
            assertThat(Subjects.covers(">", subject)).isTrue();
        }
    }

    private static void verify(RequestVerifier verifier, byte[] token) {
        byte[] before = token.clone();
        try {
            assertThat(verifier.verify(token, Optional.empty(), Requests.NOW)).isNotNull();
        } catch (BadRequest e) {
            assertThat(e.getMessage()).matches("[ -~]+");
        }
        assertThat(Arrays.equals(before, token)).as("input unchanged").isTrue();
    }

    /** What it names is a public account key, whatever a client calls its token. */
    @FuzzTest
    void tokenIssuer_anyText_isAnAccountKeyOrNothing(byte[] bytes) {
        String token = new String(bytes, StandardCharsets.UTF_8);
        String inside = "x." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + ".y";
        for (String text : new String[] {token, inside}) {
            TokenIssuer.of(text).ifPresent(key -> assertThat(key).matches("A[A-Z2-7]{55}"));
        }
    }
}
