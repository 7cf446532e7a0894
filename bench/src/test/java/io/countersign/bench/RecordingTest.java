// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.callout.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What benchmarks ask is what real servers ask: the recordings are answered as they came, and what
 * {@link RecordedServer} makes has their claims and their size.
 */
class RecordingTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<Recording> recordings() {
        return Recording.all();
    }

    /** Both versions, both modes, sealed and clear, every kind of client. */
    @Test
    void all_areOfBothVersionsModesAndKinds() {
        assertThat(recordings()).hasSize(20);
        for (String version : List.of("2.10.", "2.15.")) {
            for (Shape.Mode mode : Shape.Mode.values()) {
                assertThat(recordings())
                        .filteredOn(one -> one.version().startsWith(version) && one.mode() == mode)
                        .extracting(Recording::client)
                        .contains(Recording.Client.values());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void answer_realRequest_letsItsClientIn(Recording recording) throws Exception {
        try (DecisionPath path = DecisionPath.of(recording)) {
            assertThat(path.fresh().answer(recording.arriving()))
                    .isInstanceOf(Outcome.Allowed.class);
        }
    }

    static Stream<Arguments> made() {
        return Stream.of(
                Arguments.of(Shape.Mode.STATIC, Shape.Size.SMALL, Recording.Client.TOKEN),
                Arguments.of(Shape.Mode.OPERATOR, Shape.Size.SENTINEL, Recording.Client.TOKEN),
                Arguments.of(Shape.Mode.STATIC, Shape.Size.LARGE, Recording.Client.TOKEN_OVER_TLS));
    }

    /** Names and kinds of all claims, and what they weigh without the certificates' text. */
    @ParameterizedTest
    @MethodSource("made")
    void ask_shape_isThatOfTheNewestServer(
            Shape.Mode mode, Shape.Size size, Recording.Client client) throws Exception {
        Shape shape = new Shape(mode, Shape.Box.SEALED, size, Shape.Ask.ALLOW);
        JsonNode made;
        try (DecisionPath path = DecisionPath.of(shape, DecisionPath.Trail.OFF)) {
            made = claims(path.server().ask().jwt());
        }
        JsonNode real = claims(opened(Recording.kept(false, mode, client)));

        Set<String> expected = names("", real);
        // The recorded server is of no cluster and shows its xkey in the header only.
        assertThat(names("", made)).containsAll(expected);
        assertThat(names("", made))
                .allMatch(name ->
                        expected.contains(name)
                                || name.equals("/nats/server_id/cluster")
                                || name.equals("/nats/server_id/xkey"));
        assertThat((double) weight(made)).isCloseTo(weight(real), within(0.15 * weight(real)));
    }

    /** Of all claims in it. */
    static Set<String> names(Recording recording) throws Exception {
        return names("", claims(opened(recording)));
    }

    private static byte[] opened(Recording recording) throws Exception {
        try (DecisionPath path = DecisionPath.of(recording)) {
            return path.generation().envelope().open(recording.arriving()).jwt();
        }
    }

    private static JsonNode claims(byte[] jwt) throws IOException {
        String middle = new String(jwt, StandardCharsets.US_ASCII).split("\\.", -1)[1];
        return JSON.readTree(Base64.getUrlDecoder().decode(middle));
    }

    /** Paths of all values; elements of arrays have one name, because chains differ in length. */
    private static Set<String> names(String at, JsonNode node) {
        Set<String> names = new TreeSet<>();
        if (node.isArray()) {
            node.forEach(each -> names.addAll(names(at + "/*", each)));
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> each : node.properties()) {
                names.addAll(names(at + "/" + each.getKey(), each.getValue()));
            }
        } else {
            names.add(at);
        }
        return names;
    }

    /** Bytes of the claims, certificates aside: their keys are of any size. */
    private static int weight(JsonNode claims) {
        int chains =
                claims.path("nats").path("client_tls").path("verified_chains").toString().length();
        return claims.toString().length() - chains;
    }
}
