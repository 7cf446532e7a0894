// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import static io.countersign.protocol.Token.assertGolden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in the user JWTs that we sign, in each mode. */
class UserJwtTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_767_225_600L);
    private static final NKey USER = Keys.key(NKeyType.USER, 1);
    private static final Signer ACCOUNT = Keys.signer(NKeyType.ACCOUNT, 2);
    private static final Signer SIGNING_KEY = Keys.signer(NKeyType.ACCOUNT, 3);
    private static final Placement OPERATOR = new Placement.ByKey(ACCOUNT.key());
    private static final Placement STATIC = new Placement.ByName("APP");
    private static final Permissions SOME =
            new Permissions(
                    new SubjectPermissions(List.of("orders.>", "a.*"), List.of("orders.secret")),
                    new SubjectPermissions(List.of("_INBOX.>", "jobs workers"), List.of()),
                    Optional.of(new ResponsePermission(1, Duration.ofMinutes(2))));

    // Item 50.
    @Test
    void static_user_has_account_name_as_audience_and_no_issuer_account() {
        byte[] token = UserJwt.mint(user(SOME), STATIC, ACCOUNT);

        assertGolden(token, "user-static");
        JsonNode claims = Token.claims(token);
        assertThat(claims.path("aud").asText()).isEqualTo("APP");
        assertThat(claims.path("iss").asText()).isEqualTo(ACCOUNT.key().text());
        assertThat(claims.path("nats").has("issuer_account")).isFalse();
    }

    // Item 51.
    @Test
    void operator_user_of_the_identity_key_has_no_issuer_account() {
        byte[] token = UserJwt.mint(user(SOME), OPERATOR, ACCOUNT);

        assertGolden(token, "user-operator-identity-key");
        assertThat(Token.claims(token).path("nats").has("issuer_account")).isFalse();
        assertThat(Token.claims(token).has("aud")).isFalse();
    }

    // Item 51.
    @Test
    void operator_user_of_a_signing_key_names_the_account() {
        byte[] token = UserJwt.mint(user(SOME), OPERATOR, SIGNING_KEY);

        assertGolden(token, "user-operator-signing-key");
        assertThat(Token.claims(token).at("/nats/issuer_account").asText())
                .isEqualTo(ACCOUNT.key().text());
    }

    // Item 53.
    @Test
    void scoped_user_has_no_permission_or_limit_member_at_all() {
        UserClaims scoped =
                new UserClaims(
                        USER,
                        "alice",
                        Optional.empty(),
                        NOW,
                        Optional.of(NOW.plusSeconds(60)),
                        List.of("team:a"),
                        false);

        byte[] token = UserJwt.mint(scoped, OPERATOR, SIGNING_KEY);

        assertGolden(token, "user-scoped");
        assertThat(Token.claims(token).path("nats").fieldNames())
                .toIterable()
                .containsExactly("issuer_account", "tags", "type", "version");
    }

    // Item 54.
    @Test
    void unscoped_user_has_no_limits_written_as_minus_one() {
        JsonNode nats = Token.claims(UserJwt.mint(user(SOME), STATIC, ACCOUNT)).path("nats");

        for (String limit : List.of("subs", "data", "payload")) {
            assertThat(nats.path(limit).isInt()).as(limit).isTrue();
            assertThat(nats.path(limit).asInt()).as(limit).isEqualTo(-1);
        }
    }

    // Item 55.
    @Test
    void nothing_is_written_as_deny_all() {
        byte[] token = UserJwt.mint(user(Permissions.NONE), STATIC, ACCOUNT);

        assertThat(Token.claims(token).at("/nats/pub")).hasToString("{\"deny\":[\">\"]}");
        assertThat(Token.claims(token).at("/nats/sub")).hasToString("{\"deny\":[\">\"]}");
    }

    // Item 55: an absent list would also let the account's default permissions in.
    @Test
    void everything_is_written_as_allow_all_never_as_an_absent_or_empty_list() {
        SubjectPermissions butOne = new SubjectPermissions(List.of(), List.of("secret"));
        Permissions all = new Permissions(SubjectPermissions.ALL, butOne, Optional.empty());

        JsonNode claims = Token.claims(UserJwt.mint(user(all), STATIC, ACCOUNT));

        assertThat(claims.at("/nats/pub")).hasToString("{\"allow\":[\">\"]}");
        assertThat(claims.at("/nats/sub")).hasToString("{\"allow\":[\">\"],\"deny\":[\"secret\"]}");
        assertThat(claims.toString()).doesNotContain("[]");
    }

    // Item 56 (the last line of defence; the policy refuses them at load).
    @ParameterizedTest
    @ValueSource(strings = {"a..b", ".a", "a.", "a b", "foo.>.bar", ">.a", "a*b", "", "a\u0001"})
    void malformed_subject_is_never_signed(String subject) {
        SubjectPermissions allow = new SubjectPermissions(List.of(subject), List.of());
        SubjectPermissions deny = new SubjectPermissions(List.of("ok"), List.of(subject));

        refused(new Permissions(allow, SubjectPermissions.ALL, Optional.empty()), "pub");
        refused(new Permissions(deny, SubjectPermissions.ALL, Optional.empty()), "pub");
    }

    // Item 57.
    @Test
    void queue_suffix_is_signed_in_subscribe_only() {
        SubjectPermissions queue = new SubjectPermissions(List.of("jobs workers"), List.of());

        refused(new Permissions(queue, SubjectPermissions.ALL, Optional.empty()), "pub");
        UserJwt.mint(
                user(new Permissions(SubjectPermissions.ALL, queue, Optional.empty())),
                STATIC,
                ACCOUNT);
    }

    // Item 58.
    @ParameterizedTest
    @CsvSource({"-1,PT-1S,-1,-1", "1,PT2M,1,120000000000", "7,PT0.5S,7,500000000"})
    void responses_are_written_with_nanoseconds(int max, Duration ttl, int wantMax, long wantTtl) {
        ResponsePermission responses = new ResponsePermission(max, ttl);
        Permissions permissions =
                new Permissions(
                        SubjectPermissions.NONE, SubjectPermissions.NONE, Optional.of(responses));

        JsonNode resp =
                Token.claims(UserJwt.mint(user(permissions), STATIC, ACCOUNT)).at("/nats/resp");

        assertThat(resp.path("max").asInt()).isEqualTo(wantMax);
        assertThat(resp.path("ttl").asLong()).isEqualTo(wantTtl);
    }

    // Item 58: zero would mean the server's defaults, so it cannot be said.
    @Test
    void responses_of_zero_are_refused() {
        assertThatThrownBy(() -> new ResponsePermission(0, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ResponsePermission(1, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // Item 45, item 65.
    @Test
    void times_are_whole_seconds_rounded_down_and_there_is_no_nbf() {
        UserClaims user =
                new UserClaims(
                        USER,
                        "",
                        Optional.of(SOME),
                        NOW.plusMillis(999),
                        Optional.of(NOW.plusMillis(60_999)),
                        List.of(),
                        false);

        JsonNode claims = Token.claims(UserJwt.mint(user, STATIC, ACCOUNT));

        assertThat(claims.path("iat").asLong()).isEqualTo(NOW.getEpochSecond());
        assertThat(claims.path("exp").asLong()).isEqualTo(NOW.getEpochSecond() + 60);
        assertThat(claims.has("nbf")).isFalse();
        assertThat(claims.has("name")).isFalse();
    }

    @Test
    void sentinel_is_a_bearer_that_may_do_nothing() {
        UserClaims sentinel =
                new UserClaims(
                        USER,
                        "sentinel",
                        Optional.of(Permissions.NONE),
                        NOW,
                        Optional.empty(),
                        List.of(),
                        true);

        assertGolden(UserJwt.mint(sentinel, OPERATOR, ACCOUNT), "user-sentinel");
    }

    @Test
    void names_of_any_characters_survive() {
        String name = "\"\\\n\u0001<é😀\ud800";
        UserClaims user =
                new UserClaims(
                        USER, name, Optional.of(SOME), NOW, Optional.empty(), List.of(), false);

        assertThat(Token.claims(UserJwt.mint(user, STATIC, ACCOUNT)).path("name").asText())
                .isEqualTo("\"\\\n\u0001<é😀\ufffd");
    }

    @Test
    void scoped_user_without_a_signing_key_is_refused() {
        UserClaims scoped =
                new UserClaims(USER, "", Optional.empty(), NOW, Optional.empty(), List.of(), false);
        UserClaims bearer =
                new UserClaims(USER, "", Optional.empty(), NOW, Optional.empty(), List.of(), true);

        assertThatThrownBy(() -> UserJwt.mint(scoped, STATIC, ACCOUNT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UserJwt.mint(scoped, OPERATOR, ACCOUNT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UserJwt.mint(bearer, OPERATOR, SIGNING_KEY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keys_of_the_wrong_type_are_refused() {
        Signer operator = Keys.signer(NKeyType.OPERATOR, 1);
        UserClaims account =
                new UserClaims(
                        ACCOUNT.key(),
                        "",
                        Optional.of(SOME),
                        NOW,
                        Optional.empty(),
                        List.of(),
                        false);

        assertThatThrownBy(() -> UserJwt.mint(user(SOME), STATIC, operator))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UserJwt.mint(account, STATIC, ACCOUNT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UserJwt.mint(user(SOME), new Placement.ByKey(USER), SIGNING_KEY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UserJwt.mint(user(SOME), new Placement.ByName(""), ACCOUNT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // Reference 6.4: a token with iat 0 can never be revoked.
    @Test
    void user_without_a_real_time_of_issue_is_refused() {
        UserClaims user =
                new UserClaims(
                        USER,
                        "",
                        Optional.of(SOME),
                        Instant.EPOCH,
                        Optional.empty(),
                        List.of(),
                        false);

        assertThatThrownBy(() -> UserJwt.mint(user, STATIC, ACCOUNT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("issuedAt");
    }

    private static void refused(Permissions permissions, String message) {
        assertThatThrownBy(() -> UserJwt.mint(user(permissions), STATIC, ACCOUNT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static UserClaims user(Permissions permissions) {
        return new UserClaims(
                USER,
                "alice",
                Optional.of(permissions),
                NOW,
                Optional.of(NOW.plusSeconds(3600)),
                List.of("team:a", "zone:b"),
                false);
    }
}
