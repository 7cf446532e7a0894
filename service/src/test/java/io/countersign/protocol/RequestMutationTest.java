// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Requests;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A request that was changed on its way is refused: nothing in it can be bent. */
class RequestMutationTest {
    private static final long SEED = 20_261_123;

    private final RequestVerifier verifier =
            new RequestVerifier(Keys.ED25519, Set.of(Requests.SUBJECT), Duration.ofSeconds(5));
    private final Random random = new Random(SEED);

    @Test
    void any_mutation_of_a_genuine_request_is_refused() {
        byte[] genuine =
                Requests.server()
                        .password("alice", "s3cret")
                        .tlsVerified("PEM")
                        .sentinel("JWT", "door", "team:a")
                        .clear();
        for (int i = 0; i < 5_000; i++) {
            byte[] mutant = mutate(genuine);
            if (!Arrays.equals(mutant, genuine)) {
                assertThat(isAccepted(mutant)).as("mutant %d of seed %d", i, SEED).isFalse();
            }
        }
    }

    @Test
    void parts_of_two_requests_do_not_mix() {
        Requests server = Requests.server();
        String[] one = parts(server.clear());
        String[] two = parts(server.clear());

        assertThat(isAccepted(join(one[0], one[1], two[2]))).isFalse();
        assertThat(isAccepted(join(one[0], two[1], one[2]))).isFalse();
    }

    /**
     * Behind the signature, where only servers come: still a request or a refusal, nothing else.
     */
    @Test
    void any_claims_that_a_server_signs_are_a_request_or_refused() {
        String text = parts(Requests.server().password("alice", "s3cret").tls().clear())[1];
        byte[] claims = Base64.getUrlDecoder().decode(text);
        Requests server = Requests.server();
        byte[] header =
                "{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}".getBytes(StandardCharsets.US_ASCII);
        int accepted = 0;
        for (int i = 0; i < 3_000; i++) {
            byte[] mutant = claims;
            for (int rounds = 1 + random.nextInt(3); rounds > 0 && mutant.length > 0; rounds--) {
                mutant = mutate(mutant);
            }
            accepted += isAccepted(server.sign(header, mutant)) ? 1 : 0;
        }
        assertThat(accepted).as("signed by another server than they name").isZero();
    }

    private byte[] mutate(byte[] genuine) {
        int at = random.nextInt(genuine.length);
        return switch (random.nextInt(6)) {
            case 0 -> { // one bit
                byte[] mutant = genuine.clone();
                mutant[at] ^= (byte) (1 << random.nextInt(8));
                yield mutant;
            }
            case 1 -> { // another character of the alphabet
                byte[] mutant = genuine.clone();
                mutant[at] = (byte) "AZaz09-_.=".charAt(random.nextInt(10));
                yield mutant;
            }
            case 2 -> Arrays.copyOf(genuine, at); // cut
            case 3 -> splice(genuine, at, at, (byte) random.nextInt(256)); // one byte more
            case 4 -> splice(genuine, at, at + 1); // one byte less
            default -> { // two bytes change places
                byte[] mutant = genuine.clone();
                int other = random.nextInt(genuine.length);
                mutant[at] = genuine[other];
                mutant[other] = genuine[at];
                yield mutant;
            }
        };
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte... between) {
        byte[] spliced = new byte[bytes.length - (to - from) + between.length];
        System.arraycopy(bytes, 0, spliced, 0, from);
        System.arraycopy(between, 0, spliced, from, between.length);
        System.arraycopy(bytes, to, spliced, from + between.length, bytes.length - to);
        return spliced;
    }

    /** Anything but acceptance or {@link BadRequest} fails the test by itself. */
    private boolean isAccepted(byte[] token) {
        try {
            verifier.verify(token, Optional.empty(), Requests.NOW);
            return true;
        } catch (BadRequest e) {
            return false;
        }
    }

    private static String[] parts(byte[] token) {
        return new String(token, StandardCharsets.US_ASCII).split("\\.", -1);
    }

    private static byte[] join(String... parts) {
        return String.join(".", parts).getBytes(StandardCharsets.US_ASCII);
    }
}
