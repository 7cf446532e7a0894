// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.kit.Requests;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bytes become a request, and which are dropped with which fault. */
class RequestVerifierTest {
    private static final Ed25519 ED25519 = Ed25519.best();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration SKEW = Duration.ofSeconds(5);

    private final RequestVerifier verifier =
            new RequestVerifier(ED25519, Set.of(Requests.SUBJECT), SKEW);
    private final Requests server = Requests.server();

    // Item 1 (its form; real servers: see the integration tests).
    @Test
    void clear_request_is_accepted_with_all_that_it_says() throws BadRequest {
        server.serverName("east-2").cluster("east").serverTags("zone:b").cid(42);
        server.address("192.0.2.7").password("alice", "s3cret").client("app", "go", "1.50.0");
        server.tlsVerified("PEM leaf\n", "PEM root\n");

        VerifiedRequest request = verify(server.clear());

        assertThat(request.server())
                .isEqualTo(
                        new ServerId(
                                server.serverId(),
                                "east-2",
                                "0.0.0.0",
                                "2.15.1",
                                "east",
                                List.of("zone:b"),
                                Optional.empty()));
        assertThat(request.userKey().type()).isEqualTo(NKeyType.USER);
        assertThat(request.subject()).isEqualTo(Requests.SUBJECT);
        assertThat(request.client())
                .isEqualTo(
                        new ClientInfo(
                                "192.0.2.7",
                                42,
                                "alice",
                                "app",
                                List.of(),
                                "",
                                "Client",
                                "nats",
                                "",
                                ""));
        assertThat(request.connect())
                .isEqualTo(
                        new ConnectOptions(
                                "", "", "", "", "alice", "s3cret", "app", "go", "1.50.0", 1));
        assertThat(request.tls())
                .contains(
                        new ClientTls(
                                "1.3",
                                "TLS_AES_128_GCM_SHA256",
                                List.of(List.of("PEM leaf\n", "PEM root\n")),
                                List.of()));
        assertThat(request.issuedAt()).isEqualTo(Requests.NOW);
        assertThat(request.expires()).isEqualTo(Requests.NOW.plusSeconds(2));
    }

    @Test
    void nkey_sentinel_and_mqtt_fields_are_read() throws BadRequest {
        server.sentinel("SENTINEL", "door", "team:a").mqtt("sensor-1").nkey("UX", "SIG", "NONCE");

        VerifiedRequest request = verify(server.clear());

        assertThat(request.client().nameTag()).isEqualTo("door");
        assertThat(request.client().tags()).containsExactly("team:a");
        assertThat(request.client().mqttId()).isEqualTo("sensor-1");
        assertThat(request.client().nonce()).isEqualTo("NONCE");
        assertThat(request.connect().jwt()).isEqualTo("SENTINEL");
        assertThat(request.connect().nkey()).isEqualTo("UX");
        assertThat(request.connect().sig()).isEqualTo("SIG");
    }

    // Item 2 (the box itself: callout).
    @Test
    void sealed_request_is_accepted_with_the_xkey_of_its_header() throws BadRequest {
        NKey xkey = server.serverBox().key();

        VerifiedRequest request =
                verifier.verify(server.clearOfSealed(), Optional.of(xkey), Requests.NOW);

        assertThat(request.server().xkey()).contains(xkey);
    }

    // Item 21.
    @Test
    void header_xkey_other_than_the_signed_one_is_refused() {
        NKey other = Seed.generate(NKeyType.CURVE, RANDOM).publicKey();

        assertThatThrownBy(() ->
                        verifier.verify(server.clearOfSealed(), Optional.of(other), Requests.NOW))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("server_id.xkey");
        assertThatThrownBy(() -> verifier.verify(server.clear(), Optional.of(other), Requests.NOW))
                .isInstanceOf(BadRequest.class)
                .hasMessageContaining("server_id.xkey");
    }

    // Item 12.
    @Test
    void issuer_other_than_the_server_id_is_refused() {
        String other = Seed.generate(NKeyType.SERVER, RANDOM).publicKey().text();

        refused(c -> nats(c, "server_id").put("id", other), "server_id.id");
        refused(c -> nats(c, "server_id").remove("id"), "server_id.id");
        refused(c -> ((ObjectNode) c.get("nats")).remove("server_id"), "nats.server_id");
    }

    // Item 13.
    @Test
    void audience_missing_or_other_is_refused() {
        refused(c -> c.remove("aud"), "aud");
        refused(c -> c.put("aud", "nats-authorization-response"), "aud");
        refused(c -> c.putArray("aud").add("nats-authorization-request"), "aud");
    }

    // Item 14.
    @Test
    void type_or_version_other_than_ours_is_refused() {
        refused(c -> ((ObjectNode) c.get("nats")).put("type", "user"), "nats.type");
        refused(c -> ((ObjectNode) c.get("nats")).remove("type"), "nats.type");
        refused(c -> ((ObjectNode) c.get("nats")).put("version", 1), "nats.version");
        refused(c -> ((ObjectNode) c.get("nats")).put("version", 3), "nats.version");
        refused(c -> ((ObjectNode) c.get("nats")).remove("version"), "nats.version");
        refused(c -> ((ObjectNode) c.get("nats")).put("version", "2"), "nats.version");
        refused(c -> c.remove("nats"), "nats.type");
    }

    // Item 15.
    @Test
    void user_nkey_missing_or_of_another_type_is_refused() {
        String account = Seed.generate(NKeyType.ACCOUNT, RANDOM).publicKey().text();
        String user = Seed.generate(NKeyType.USER, RANDOM).publicKey().text();
        String broken = user.substring(0, 55) + (user.endsWith("A") ? 'B' : 'A');

        refused(c -> ((ObjectNode) c.get("nats")).remove("user_nkey"), "nats.user_nkey");
        refused(c -> ((ObjectNode) c.get("nats")).put("user_nkey", account), "nats.user_nkey");
        refused(c -> ((ObjectNode) c.get("nats")).put("user_nkey", broken), "nats.user_nkey");
    }

    // Item 16.
    @Test
    void exp_of_now_is_accepted_and_beyond_the_skew_is_stale() throws BadRequest {
        byte[] request = server.validFor(Duration.ZERO).clear();
        Instant exp = Requests.NOW;

        assertThat(verifier.verify(request, Optional.empty(), exp).expires()).isEqualTo(exp);
        verifier.verify(request, Optional.empty(), exp.plus(SKEW).plusMillis(999));
        assertThatThrownBy(() ->
                        verifier.verify(request, Optional.empty(), exp.plus(SKEW).plusSeconds(1)))
                .isInstanceOfSatisfying(
                        BadRequest.class, e -> assertThat(e.fault()).isEqualTo(RequestFault.STALE));
    }

    // Item 16, item 17.
    @Test
    void exp_or_iat_that_is_no_whole_second_is_refused() {
        refused(c -> c.remove("exp"), "exp");
        refused(c -> c.remove("iat"), "iat");
        refused(c -> c.put("exp", "1767225602"), "exp");
        refused(c -> c.put("exp", 1767225602.5), "exp");
        refused(c -> c.put("exp", -1), "exp");
        refused(c -> c.put("exp", new BigInteger("9223372036854775808")), "exp");
        refused(c -> c.put("exp", Long.MAX_VALUE), "exp");
        refused(c -> c.putNull("exp"), "exp");
        refused(c -> c.put("exp", true), "exp");
    }

    // Item 18.
    @Test
    void subject_that_is_not_ours_is_refused() throws BadRequest {
        refused(c -> c.put("sub", "$G"), "sub: $G (expected: " + Requests.SUBJECT);
        byte[] request = server.subject("$G").clear();

        new RequestVerifier(ED25519, Set.of(), SKEW)
                .verify(request, Optional.empty(), Requests.NOW);
    }

    // Item 24.
    @Test
    void unknown_fields_are_ignored_at_every_level() throws BadRequest {
        server.tls();
        server.tweak(c -> {
            c.putObject("zzz").putArray("a").add(1).add(true).addNull().add(1e300);
            ((ObjectNode) c.get("nats")).put("request_nonce", "x").putObject("future");
            nats(c, "server_id").put("jetstream", true).put("seq", 17);
            nats(c, "client_info").putObject("issuer_key").put("Host", "evil");
            nats(c, "connect_opts").put("USER", "evil").put("headers", true);
            nats(c, "client_tls").put("alpn", "h2");
        });

        VerifiedRequest request = verify(server.clear());

        assertThat(request.connect().user()).isEmpty();
        assertThat(request.client().host()).isEqualTo("127.0.0.1");
    }

    // Item 25.
    @ParameterizedTest
    @CsvSource({
        "server_id,name",
        "server_id,host",
        "server_id,version",
        "client_info,host",
        "client_info,id",
        "client_info,kind",
        "client_info,type",
        "connect_opts,protocol"
    })
    void optional_field_missing_is_accepted(String object, String field) throws BadRequest {
        server.tweak(c -> nats(c, object).remove(field));

        assertThat(verify(server.clear()).client().user()).isEmpty();
    }

    @Test
    void client_info_or_connect_opts_missing_is_refused() {
        refused(c -> ((ObjectNode) c.get("nats")).remove("client_info"), "nats.client_info");
        refused(c -> ((ObjectNode) c.get("nats")).remove("connect_opts"), "nats.connect_opts");
    }

    // Item 26.
    @Test
    void same_jti_with_another_user_key_is_another_request() throws BadRequest {
        VerifiedRequest first = verify(server.clear());
        VerifiedRequest second = verify(server.clear());

        assertThat(first.userKey()).isNotEqualTo(second.userKey());
    }

    @Test
    void field_of_another_json_type_is_refused() {
        refused(c -> nats(c, "client_info").put("host", 1), "client_info.host");
        refused(c -> nats(c, "client_info").putNull("tags"), "client_info.tags");
        refused(c -> nats(c, "client_info").putArray("tags").add(1), "client_info.tags");
        refused(c -> nats(c, "client_info").put("id", -1), "client_info.id");
        refused(c -> nats(c, "client_info").put("id", 1.5), "client_info.id");
        refused(c -> nats(c, "connect_opts").putObject("pass"), "connect_opts.pass");
        refused(c -> nats(c, "connect_opts").put("protocol", 1L << 40), "connect_opts.protocol");
        refused(c -> c.put("nats", "x"), "nats");
    }

    @Test
    void largest_connection_id_is_kept_as_unsigned() throws BadRequest {
        server.tweak(c -> nats(c, "client_info").put("id", new BigInteger("18446744073709551615")));

        assertThat(Long.toUnsignedString(verify(server.clear()).client().id()))
                .isEqualTo("18446744073709551615");
    }

    // Item 37 (its protocol half).
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u00e9",
                "e\u0301",
                "\u202eevil",
                "a\u0000b",
                "a\nb",
                "<&>",
                "\ud83d\ude00",
                "\"\\"
            })
    void names_of_any_characters_arrive_unchanged(String name) throws BadRequest {
        assertThat(verify(server.password(name, name).clear()).connect().user()).isEqualTo(name);
    }

    // Item 38 (its protocol half: the authenticator refuses it, with an answer).
    @Test
    void password_of_512_kib_is_read() throws BadRequest {
        String password = "x".repeat(512 * 1024);

        assertThat(verify(server.password("alice", password).clear()).connect().pass())
                .isEqualTo(password);
    }

    // Item 29.
    @Test
    void texts_of_a_request_and_its_parts_show_no_secret() throws BadRequest {
        server.password("alice", "hunter2")
                .tweak(c -> nats(c, "client_info").put("user", "rawtok"));

        VerifiedRequest request = verify(server.clear());

        assertThat(request + " " + request.connect() + " " + request.client())
                .doesNotContain("hunter2")
                .doesNotContain("rawtok");
    }

    // Item 29.
    @Test
    void refusals_quote_no_secret() {
        server.token("tok-hunter2").password("u-hunter2", "p-hunter2");
        server.tweak(c -> nats(c, "connect_opts").put("jwt", "j-hunter2").put("sig", "s-hunter2"));
        byte[] good = server.clear();
        String text = new String(good, StandardCharsets.US_ASCII);
        int dot = text.indexOf('.');
        byte[] header = Base64.getUrlDecoder().decode(text.substring(0, dot));
        byte[] claims =
                Base64.getUrlDecoder().decode(text.substring(dot + 1, text.lastIndexOf('.')));
        for (int cut = 1; cut < claims.length; cut += 7) {
            byte[] broken = server.sign(header, Arrays.copyOf(claims, cut));
            assertThatThrownBy(() -> verify(broken))
                    .isInstanceOf(BadRequest.class)
                    .message()
                    .doesNotContain("hunter2");
        }
    }

    @Test
    void negative_skew_is_refused() {
        assertThatThrownBy(() -> new RequestVerifier(ED25519, Set.of(), Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private VerifiedRequest verify(byte[] token) throws BadRequest {
        return verifier.verify(token, Optional.empty(), Requests.NOW);
    }

    private void refused(Consumer<ObjectNode> change, String message) {
        byte[] token = Requests.server().tweak(change).clear();
        assertThatThrownBy(() -> verify(token))
                .isInstanceOfSatisfying(
                        BadRequest.class,
                        e -> {
                            assertThat(e.fault()).isEqualTo(RequestFault.FORGED);
                            assertThat(e).hasMessageContaining(message);
                        });
    }

    private static ObjectNode nats(ObjectNode claims, String object) {
        return (ObjectNode) claims.get("nats").get(object);
    }
}
