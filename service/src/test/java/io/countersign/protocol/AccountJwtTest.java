// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import static io.countersign.protocol.Token.assertGolden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Operator and account JWTs of a set-up, written and read back. */
class AccountJwtTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_767_225_600L);
    private static final Signer OPERATOR = Keys.signer(NKeyType.OPERATOR, 1);
    private static final Signer OPERATOR_KEY = Keys.signer(NKeyType.OPERATOR, 2);
    private static final NKey ACCOUNT = Keys.key(NKeyType.ACCOUNT, 3);
    private static final NKey SIGNING_KEY = Keys.key(NKeyType.ACCOUNT, 4);
    private static final NKey SCOPED_KEY = Keys.key(NKeyType.ACCOUNT, 5);
    private static final JwtReader READER = new JwtReader(Keys.ED25519);

    private static final OperatorClaims OPERATOR_CLAIMS =
            new OperatorClaims(
                    OPERATOR.key(),
                    "example",
                    NOW,
                    Optional.empty(),
                    List.of(OPERATOR_KEY.key()),
                    "nats://127.0.0.1:4222",
                    List.of("nats://127.0.0.1:4222"),
                    Optional.of(ACCOUNT),
                    true,
                    List.of("env:test"));

    @Test
    void operator_is_self_signed_and_reads_back_equal() throws InvalidJwt {
        byte[] token = OperatorJwt.mint(OPERATOR_CLAIMS, OPERATOR);

        assertGolden(token, "operator");
        SignedOperator read = READER.readOperator(token);
        assertThat(read)
                .isEqualTo(new SignedOperator(OPERATOR_CLAIMS, OPERATOR.key(), Optional.empty()));
        assertThat(read.maySignAccounts(OPERATOR_KEY.key())).isTrue();
        assertThat(read.maySignAccounts(OPERATOR.key())).as("strict").isFalse();
    }

    @Test
    void operator_signed_by_another_key_is_refused() {
        assertThatThrownBy(() -> OperatorJwt.mint(OPERATOR_CLAIMS, OPERATOR_KEY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void plain_account_has_the_limits_that_nsc_gives() throws InvalidJwt {
        AccountClaims account = AccountClaims.of(ACCOUNT, "APP", NOW);

        byte[] token = AccountJwt.mint(account, OPERATOR_KEY);

        assertGolden(token, "account-plain");
        assertThat(READER.readAccount(token).claims()).isEqualTo(account);
    }

    @Test
    void callout_account_has_its_authorization_and_keys() throws InvalidJwt {
        Permissions template =
                new Permissions(
                        new SubjectPermissions(List.of("{{name()}}.>"), List.of()),
                        new SubjectPermissions(List.of("_INBOX.>"), List.of("secret.>")),
                        Optional.empty());
        AccountClaims account =
                AccountClaims.of(ACCOUNT, "AUTH", NOW)
                        .withLimits(
                                AccountLimits.NONE.withJetStream(AccountLimits.JetStream.UNLIMITED))
                        .withKeys(
                                List.of(SIGNING_KEY),
                                List.of(new ScopedKey(SCOPED_KEY, "reader", template, true)))
                        .withAuthorization(
                                new AccountAuthorization(
                                        List.of(Keys.key(NKeyType.USER, 6)),
                                        List.of(Keys.key(NKeyType.ACCOUNT, 7)),
                                        false,
                                        Optional.of(Keys.key(NKeyType.CURVE, 8))))
                        .withDefaultPermissions(Permissions.NONE);

        byte[] token = AccountJwt.mint(account, OPERATOR);

        assertGolden(token, "account-callout");
        SignedAccount read = READER.readAccount(token);
        assertThat(read).isEqualTo(new SignedAccount(account, OPERATOR.key(), Optional.empty()));
        assertThat(read.hasKey(SIGNING_KEY)).isTrue();
        assertThat(read.hasKey(SCOPED_KEY)).isTrue();
        assertThat(read.hasKey(ACCOUNT)).isTrue();
        assertThat(read.hasKey(Keys.key(NKeyType.ACCOUNT, 9))).isFalse();
    }

    @Test
    void any_account_is_written_as_a_star() throws InvalidJwt {
        AccountClaims account =
                AccountClaims.of(ACCOUNT, "AUTH", NOW)
                        .withAuthorization(
                                new AccountAuthorization(
                                        List.of(Keys.key(NKeyType.USER, 6)),
                                        List.of(),
                                        true,
                                        Optional.empty()));

        byte[] token = AccountJwt.mint(account, OPERATOR);

        assertThat(Token.claims(token).at("/nats/authorization/allowed_accounts"))
                .hasToString("[\"*\"]");
        assertThat(READER.readAccount(token).claims()).isEqualTo(account);
    }

    @Test
    void authorization_that_servers_refuse_cannot_be_said() {
        NKey user = Keys.key(NKeyType.USER, 6);

        assertThatThrownBy(() ->
                        new AccountAuthorization(List.of(), List.of(), true, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new AccountAuthorization(
                                List.of(user), List.of(ACCOUNT), true, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new AccountAuthorization(
                                List.of(user), List.of(user), false, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new AccountAuthorization(
                                List.of(user), List.of(), true, Optional.of(ACCOUNT)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void account_signed_by_no_operator_is_refused() {
        AccountClaims account = AccountClaims.of(ACCOUNT, "APP", NOW);

        assertThatThrownBy(() -> AccountJwt.mint(account, Keys.signer(NKeyType.ACCOUNT, 3)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void newer_version_has_a_newer_iat_and_another_id() {
        AccountClaims account = AccountClaims.of(ACCOUNT, "APP", NOW);

        String first = Token.claims(AccountJwt.mint(account, OPERATOR)).path("jti").asText();
        String second =
                Token.claims(AccountJwt.mint(account.issuedAt(NOW.plusSeconds(1)), OPERATOR))
                        .path("jti")
                        .asText();

        assertThat(first).hasSize(52).isNotEqualTo(second);
    }
}
