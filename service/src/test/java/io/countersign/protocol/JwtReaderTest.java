// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading JWTs that others wrote; tokens here are made by hand as Go writes them. */
class JwtReaderTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_767_225_600L);
    private static final NKey USER = Keys.key(NKeyType.USER, 1);
    private static final Signer ACCOUNT = Keys.signer(NKeyType.ACCOUNT, 2);
    private static final Signer SIGNING_KEY = Keys.signer(NKeyType.ACCOUNT, 3);
    private final JwtReader reader = new JwtReader(Keys.ED25519);

    @Test
    void user_that_we_made_reads_back_equal() throws InvalidJwt {
        UserClaims claims =
                new UserClaims(
                        USER,
                        "alice",
                        Optional.of(
                                new Permissions(
                                        new SubjectPermissions(List.of("a.>"), List.of("a.b")),
                                        SubjectPermissions.NONE,
                                        Optional.of(
                                                new ResponsePermission(5, Duration.ofSeconds(3))))),
                        NOW,
                        Optional.of(NOW.plusSeconds(9)),
                        List.of("x:y"),
                        true);

        SignedUser read =
                reader.readUser(
                        UserJwt.mint(claims, new Placement.ByKey(ACCOUNT.key()), SIGNING_KEY));

        assertThat(read.claims()).isEqualTo(claims);
        assertThat(read.issuer()).isEqualTo(SIGNING_KEY.key());
        assertThat(read.account()).isEqualTo(ACCOUNT.key());
        assertThat(read.issuerAccount()).contains(ACCOUNT.key());
    }

    @Test
    void user_as_nsc_writes_it_is_read() throws InvalidJwt {
        SignedUser read =
                reader.readUser(
                        token(
                                """
                                {"jti":"X","iat":1767225600,"iss":"%s","name":"alice","sub":"%s",
                                "nbf":1767225601,"exp":1767225610,"nats":{"pub":{},"sub":{"allow":[">"]},
                                "resp":{"max":0,"ttl":0},"src":["10.0.0.0/8"],"times":[{"start":"08:00:00","end":"18:00:00"}],
                                "times_location":"Europe/Berlin","subs":-1,"data":-1,"payload":-1,"bearer_token":false,
                                "allowed_connection_types":["STANDARD"],"future":{"x":[1]},"type":"user","version":2}}
                                """));

        assertThat(read.claims().permissions())
                .contains(
                        new Permissions(
                                SubjectPermissions.ALL,
                                new SubjectPermissions(List.of(">"), List.of()),
                                Optional.of(new ResponsePermission(1, Duration.ofMinutes(2)))));
        assertThat(read.account()).isEqualTo(ACCOUNT.key());
        assertThat(read.sources()).containsExactly("10.0.0.0/8");
        assertThat(read.connectionTypes()).containsExactly("STANDARD");
        assertThat(read.daytimes()).isTrue();
        assertThat(read.isTimely(NOW)).as("before nbf").isFalse();
        assertThat(read.isTimely(NOW.plusSeconds(1))).isTrue();
        assertThat(read.isTimely(NOW.plusMillis(10_999))).as("during exp").isTrue();
        assertThat(read.isTimely(NOW.plusSeconds(11))).isFalse();
    }

    @Test
    void networks_may_stand_in_one_text() throws InvalidJwt {
        assertThat(reader.readUser(user("\"src\":\"10.0.0.0/8, 192.0.2.1/32\",")).sources())
                .containsExactly("10.0.0.0/8", "192.0.2.1/32");
    }

    @Test
    void user_without_permissions_and_limits_is_one_of_a_scoped_key() throws InvalidJwt {
        assertThat(reader.readUser(user("\"pub\":{},\"subs\":0,")).claims().permissions())
                .isEmpty();
        assertThat(reader.readUser(user("\"subs\":-1,")).claims().permissions()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"version\":1",
                "\"version\":3",
                "\"version\":\"2\"",
                "\"type\":\"account\"",
                "\"type\":\"user\",\"version\":2,\"subs\":\"1\"",
                "\"type\":\"user\",\"version\":2,\"issuer_account\":\"nobody\"",
                "\"type\":\"user\",\"version\":2,\"resp\":{\"max\":-2}",
                "\"type\":\"user\",\"version\":2,\"times\":{}"
            })
    void user_of_another_form_is_refused(String nats) {
        String claims = "{\"iat\":1,\"iss\":\"%s\",\"sub\":\"%s\",\"nats\":{" + nats + "}}";

        assertThatThrownBy(() -> reader.readUser(token(claims))).isInstanceOf(InvalidJwt.class);
    }

    @Test
    void user_signed_by_another_key_is_refused() {
        byte[] token = user("");
        token[token.length - 4] ^= 1;

        assertThatThrownBy(() -> reader.readUser(token))
                .isInstanceOf(InvalidJwt.class)
                .hasMessageContaining("signature");
    }

    @Test
    void token_of_another_type_is_refused() {
        byte[] user = user("");

        assertThatThrownBy(() -> reader.readAccount(user)).isInstanceOf(InvalidJwt.class);
        assertThatThrownBy(() -> reader.readOperator(user)).isInstanceOf(InvalidJwt.class);
    }

    @Test
    void account_as_nsc_writes_it_is_read() throws InvalidJwt {
        Signer operator = Keys.signer(NKeyType.OPERATOR, 1);
        String claims =
                """
                {"jti":"X","iat":1767225600,"iss":"%s","name":"APP","sub":"%s","nats":{
                "imports":[{"name":"i","subject":"a","account":"A","type":"stream"}],"exports":[],
                "limits":{"subs":-1,"data":-1,"payload":-1,"imports":-1,"exports":-1,"wildcards":true,"conn":-1,"leaf":-1,
                "mem_storage":-1,"disk_storage":-1,"streams":-1,"consumer":-1,"mem_max_stream_bytes":0},
                "signing_keys":["%s",{"kind":"user_scope","key":"%s","role":"r","template":{"pub":{"allow":["x"]},"sub":{},
                "subs":-1,"data":-1,"payload":-1,"allowed_connection_types":["MQTT"]},"description":"d"}],
                "default_permissions":{"pub":{},"sub":{}},"revocations":{"*":1},"mappings":{},
                "authorization":{},"trace":null,"type":"account","version":2}}
                """
                        .formatted(
                                operator.key(),
                                ACCOUNT.key(),
                                SIGNING_KEY.key(),
                                Keys.key(NKeyType.ACCOUNT, 7));

        SignedAccount read = reader.readAccount(sign(claims, operator));

        assertThat(read.claims().limits().jetStream()).contains(AccountLimits.JetStream.UNLIMITED);
        assertThat(read.claims().authorization()).isEmpty();
        assertThat(read.claims().defaultPermissions()).isEmpty();
        assertThat(read.claims().signingKeys()).containsExactly(SIGNING_KEY.key());
        assertThat(read.claims().scopedKeys())
                .singleElement()
                .satisfies(scoped -> assertThat(scoped.role()).isEqualTo("r"));
        assertThat(read.hasKey(Keys.key(NKeyType.ACCOUNT, 7))).isTrue();
    }

    private static byte[] user(String members) {
        return token(
                "{\"iat\":1767225600,\"iss\":\"%s\",\"sub\":\"%s\",\"nats\":{"
                        + members
                        + "\"type\":\"user\",\"version\":2}}");
    }

    private static byte[] token(String claims) {
        return sign(
                claims.replaceFirst("%s", ACCOUNT.key().text()).replace("%s", USER.text()),
                ACCOUNT);
    }

    private static byte[] sign(String claims, Signer signer) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String signed =
                new String(SplitJwt.HEADER, StandardCharsets.US_ASCII)
                        + "."
                        + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        byte[] signature = signer.sign(signed.getBytes(StandardCharsets.US_ASCII));
        return (signed + "." + base64.encodeToString(signature))
                .getBytes(StandardCharsets.US_ASCII);
    }
}
