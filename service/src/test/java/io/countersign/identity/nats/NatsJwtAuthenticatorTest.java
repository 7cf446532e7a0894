// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.nats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.KeyedHash;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authenticator;
import io.countersign.identity.AuthenticatorContract;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.ExpiryContract;
import io.countersign.identity.Rejection;
import io.countersign.kit.NatsJwts;
import io.countersign.kit.Requests;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.JwtReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** With JWTs that are written here, claim by claim, as nsc writes them. */
class NatsJwtAuthenticatorTest extends AuthenticatorContract implements ExpiryContract {
    private static final Ed25519 ED25519 = Ed25519.best();
    private static final String NONCE = "bm9uY2Vub25jZTE";
    private static final Signer OPERATOR = NatsJwts.signer(NKeyType.OPERATOR);
    private static final Signer ACCOUNT = NatsJwts.signer(NKeyType.ACCOUNT);
    private static final Signer SIGNING = NatsJwts.signer(NKeyType.ACCOUNT);
    private static final Signer LISTED = NatsJwts.signer(NKeyType.ACCOUNT);
    private static final Signer STRANGER = NatsJwts.signer(NKeyType.ACCOUNT);
    private static final Signer USER = NatsJwts.signer(NKeyType.USER);
    private static final Signer REVOKED = NatsJwts.signer(NKeyType.USER);
    private static final String GOOD = user(SIGNING, USER, _ -> {});
    private static final String FORGED = GOOD.substring(0, GOOD.length() - 10) + "AAAAAAAAAA";

    private static String user(Signer issuer, Signer user, Consumer<ObjectNode> change) {
        return NatsJwts.user(
                issuer,
                user.key(),
                "ann",
                Requests.NOW.minusSeconds(100),
                claims -> {
                    ObjectNode nats = (ObjectNode) claims.get("nats");
                    nats.putArray("tags").add("team:billing");
                    if (issuer.key().equals(SIGNING.key())) {
                        nats.put("issuer_account", ACCOUNT.key().text());
                    }
                    change.accept(claims);
                });
    }

    private static String account(Signer operator) {
        return NatsJwts.account(
                operator,
                ACCOUNT.key(),
                "APP",
                Requests.NOW.minusSeconds(1000),
                nats -> {
                    nats.putArray("signing_keys").add(SIGNING.key().text());
                    nats.putObject("revocations")
                            .put(REVOKED.key().text(), Requests.NOW.getEpochSecond() - 100);
                });
    }

    private static NatsJwtAuthenticator authenticator(boolean bearer) {
        return new NatsJwtAuthenticator(
                "legacy",
                TrustedAccounts.of(
                        Set.of(LISTED.key()),
                        Set.of(OPERATOR.key()),
                        List.of(account(OPERATOR)),
                        new JwtReader(ED25519)),
                bearer,
                false,
                ED25519,
                new CredentialFingerprints(KeyedHash.of(new byte[32])));
    }

    private static Requests shows(String jwt, Signer key) {
        String signature =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(key.sign(NONCE.getBytes(StandardCharsets.US_ASCII)));
        return Requests.server().jwt(jwt).nkey("", signature, NONCE);
    }

    @Override
    public Authenticator authenticator() {
        return authenticator(false);
    }

    @Override
    protected Requests good() {
        return shows(GOOD, USER);
    }

    @Override
    protected Requests forged() {
        return shows(FORGED, USER);
    }

    @Override
    protected Requests foreign() {
        return shows(user(STRANGER, USER, _ -> {}), USER);
    }

    @Override
    protected List<String> secrets() {
        return List.of(GOOD, FORGED);
    }

    @Override
    public Requests ending() {
        return shows(
                user(SIGNING, USER, claims -> claims.put("exp", end().getEpochSecond())), USER);
    }

    @Override
    public Instant end() {
        return Requests.NOW.plusSeconds(600);
    }

    @Test
    void authenticate_good_tellsNameTagsAndAccount() {
        assertThat(ask(good()))
                .asInstanceOf(type(Authenticated.class))
                .satisfies(yes -> {
                    assertThat(yes.identity().principal().toString()).isEqualTo("legacy:ann");
                    assertThat(yes.identity().groups()).containsExactly("team:billing");
                    assertThat(yes.identity().attributes().get("account"))
                            .containsExactly(ACCOUNT.key().text());
                });
    }

    @Test
    void authenticate_accountThatIsListed_issuesWithItsIdentityKeyOnly() {
        assertThat(ask(shows(user(LISTED, USER, _ -> {}), USER))).isInstanceOf(Authenticated.class);
        String withSigningKey =
                user(
                        STRANGER,
                        USER,
                        claims ->
                                ((ObjectNode) claims.get("nats"))
                                        .put("issuer_account", LISTED.key().text()));
        assertRejected(shows(withSigningKey, USER), "no account JWT");
    }

    /** Anybody can write any account into a JWT: only its keys make it true. */
    @Test
    void authenticate_strangerWhoClaimsOurAccount_isRejected() {
        String claimed =
                user(
                        STRANGER,
                        USER,
                        claims ->
                                ((ObjectNode) claims.get("nats"))
                                        .put("issuer_account", ACCOUNT.key().text()));

        assertRejected(shows(claimed, USER), "not a key of its account");
    }

    @Test
    void authenticate_revokedByItsAccount_isRejected() {
        assertRejected(shows(user(SIGNING, REVOKED, _ -> {}), REVOKED), "revoked");
        String later =
                user(
                        SIGNING,
                        REVOKED,
                        claims -> claims.put("iat", Requests.NOW.getEpochSecond() - 99));
        assertThat(ask(shows(later, REVOKED))).isInstanceOf(Authenticated.class);
    }

    /** A JWT is not secret: it travels through logs and files. */
    @Test
    void authenticate_withoutProofOfTheKey_isRejected() {
        assertRejected(Requests.server().jwt(GOOD), "no signature");
        assertRejected(shows(GOOD, REVOKED), "bad signature of the nonce");
        assertRejected(shows(GOOD, USER).nkey("", "c2ln", ""), "no signature");
    }

    @Test
    void authenticate_bearer_isTakenOnlyWhereAllowed() {
        String bearer =
                user(
                        SIGNING,
                        USER,
                        claims -> ((ObjectNode) claims.get("nats")).put("bearer_token", true));
        assertRejected(Requests.server().jwt(bearer), "bearer");

        assertThat(
                        authenticator(true)
                                .authenticate(
                                        Requests.server().token(bearer).verified(),
                                        Requests.NOW,
                                        Deadline.after(Duration.ofSeconds(30))))
                .isInstanceOf(Authenticated.class);
    }

    @Test
    void authenticate_limitsOfTheJwt_hold() {
        String fromAfar =
                user(
                        SIGNING,
                        USER,
                        claims ->
                                ((ObjectNode) claims.get("nats"))
                                        .putArray("src")
                                        .add("10.0.0.0/8"));
        String mqttOnly =
                user(
                        SIGNING,
                        USER,
                        claims ->
                                ((ObjectNode) claims.get("nats"))
                                        .putArray("allowed_connection_types")
                                        .add("MQTT"));

        assertThat(ask(shows(fromAfar, USER)))
                .asInstanceOf(type(Rejected.class))
                .satisfies(no -> assertThat(no.why()).isEqualTo(Rejection.ADDRESS_NOT_ALLOWED));
        assertThat(ask(shows(fromAfar, USER).address("10.1.2.3")))
                .isInstanceOf(Authenticated.class);
        assertThat(ask(shows(mqttOnly, USER)))
                .asInstanceOf(type(Rejected.class))
                .satisfies(no ->
                        assertThat(no.why()).isEqualTo(Rejection.CONNECTION_TYPE_NOT_ALLOWED));
    }

    @Test
    void authenticate_sentinelOfNobodyWeKnow_isNotMine() {
        assertThat(ask(Requests.server().sentinel(user(STRANGER, USER, _ -> {}), "sentinel")))
                .isEqualTo(new NotMine());
        assertThat(ask(Requests.server().jwt("eyJ.x.y"))).isEqualTo(new NotMine());
    }

    @Test
    void of_accountJwtOfAnotherOperator_isRefused() {
        assertThatThrownBy(() ->
                        TrustedAccounts.of(
                                Set.of(),
                                Set.of(NatsJwts.signer(NKeyType.OPERATOR).key()),
                                List.of(account(OPERATOR)),
                                new JwtReader(ED25519)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not signed by one of the operators");
    }

    private void assertRejected(Requests request, String detail) {
        assertThat(ask(request))
                .asInstanceOf(type(Rejected.class))
                .satisfies(no -> assertThat(no.detail()).contains(detail));
    }
}
