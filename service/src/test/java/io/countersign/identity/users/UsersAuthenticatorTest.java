// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.Identity;
import io.countersign.identity.Rejection;
import io.countersign.kit.Requests;
import io.countersign.protocol.Deadline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsersAuthenticatorTest {
    private final UsersFixture users = new UsersFixture();

    @AfterEach
    void close() {
        users.close();
    }

    // Item 30.
    @Test
    void authenticate_eachKindOfCredential_reachesItsUser() {
        assertIs(
                Requests.server().password("alice", "s3cret-alice"),
                "alice",
                CredentialKind.PASSWORD);
        assertIs(Requests.server().token("s3cret-ci"), "bot", CredentialKind.TOKEN);
        assertIs(Requests.server().nkey(users.device), "device", CredentialKind.NKEY);
        assertNotMine(Requests.server().token("eyJh.eyJi.c2ln"));
        assertNotMine(Requests.server().tlsVerified("leaf"));
        assertNotMine(Requests.server().nameOnly("alice"));
        assertNotMine(Requests.server());
    }

    @Test
    void authenticate_goodPassword_bringsGroupsAndAttributes() {
        Identity alice = identity(Requests.server().password("alice", "s3cret-alice"));

        assertThat(alice.groups()).containsExactly("traders");
        assertThat(alice.attributes()).containsEntry("team", List.of("fx", "metals"));
        assertThat(alice.notAfter()).isEmpty();
    }

    // Item 31.
    @Test
    void authenticate_nkeyWithSignatureButWithoutNonce_isRejected() {
        String signature = signature("bm9uY2U", Base64.getUrlEncoder().withoutPadding());

        assertRejected(nkey(signature, ""), Rejection.BAD_CREDENTIAL);
        assertRejected(nkey("", ""), Rejection.BAD_CREDENTIAL);
        assertRejected(nkey("", "bm9uY2U"), Rejection.BAD_CREDENTIAL);
    }

    @Test
    void authenticate_nkeyWithNonceOfAnotherConnection_isRejected() {
        String signature = signature("bm9uY2U", Base64.getUrlEncoder().withoutPadding());

        assertRejected(nkey(signature, "b3RoZXI"), Rejection.BAD_CREDENTIAL);
    }

    @Test
    void authenticate_nkeySignatureInEitherBase64_isAccepted() {
        for (Base64.Encoder encoder :
                List.of(
                        Base64.getUrlEncoder().withoutPadding(),
                        Base64.getUrlEncoder(),
                        Base64.getEncoder(),
                        Base64.getEncoder().withoutPadding())) {
            // Enough nonces that some signature has the letters in which the two differ.
            for (int i = 0; i < 8; i++) {
                assertIs(
                        nkey(signature("nonce" + i, encoder), "nonce" + i),
                        "device",
                        CredentialKind.NKEY);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "====", "QUJD", "ab/c-d", "ü"})
    void authenticate_nkeySignatureIsGarbage_isRejected(String signature) {
        assertRejected(nkey(signature, "bm9uY2U"), Rejection.BAD_CREDENTIAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"U", "UAAA", "alice", "\0", "NAAA"})
    void authenticate_nkeyIsGarbage_hasNoOpinion(String nkey) {
        assertNotMine(Requests.server().nkey(nkey, "c2ln", "bm9uY2U"));
    }

    /** A Java client with a sentinel's credentials file sends the sentinel's nkey as well. */
    @Test
    void authenticate_nkeyOfNobodyBesideAPassword_passwordDecides() {
        Seed sentinel = Seed.generate(NKeyType.USER, users.random);

        assertIs(
                Requests.server().nkey(sentinel).password("alice", "s3cret-alice"),
                "alice",
                CredentialKind.PASSWORD);
        assertRejected(
                Requests.server().nkey(sentinel).password("alice", "guess"),
                Rejection.BAD_CREDENTIAL);
    }

    @Test
    void authenticate_knownNkeyBadlySignedBesideAGoodPassword_isRejected() {
        assertRejected(
                nkey("QUJD", "bm9uY2U").password("alice", "s3cret-alice"),
                Rejection.BAD_CREDENTIAL);
    }

    // Item 34.
    @Test
    void authenticate_mqttPassword_isLookedUpOnceAsPassword() {
        assertIs(
                Requests.server().mqtt("m").password("alice", "s3cret-alice"),
                "alice",
                CredentialKind.PASSWORD);
        assertThat(users.pool.hashed()).isEqualTo(1);
    }

    @Test
    void authenticate_mqttTokenInThePassword_isItsOwner() {
        Requests anyName = Requests.server().mqtt("m").password("whatever", "s3cret-ci");
        Requests ownName = Requests.server().mqtt("m").password("bot", "s3cret-ci");

        assertIs(anyName, "bot", CredentialKind.TOKEN);
        assertIs(ownName, "bot", CredentialKind.TOKEN);
        assertThat(identity(anyName).credential())
                .isEqualTo(identity(Requests.server().token("s3cret-ci")).credential());
    }

    /** How such a client is asked for again after a reload: its name, its password, no token. */
    @Test
    void authenticate_ownTokenAsPassword_isAccepted() {
        assertIs(Requests.server().password("bot", "s3cret-ci"), "bot", CredentialKind.TOKEN);
    }

    @Test
    void authenticate_anotherUsersTokenAsPassword_isRejected() {
        assertRejected(Requests.server().password("alice", "s3cret-ci"), Rejection.BAD_CREDENTIAL);
        assertRejected(
                Requests.server().mqtt("m").password("alice", "s3cret-ci"),
                Rejection.BAD_CREDENTIAL);
        assertNotMine(Requests.server().password("nobody", "s3cret-ci"));
    }

    // Item 35: policy may give the configured guest what it likes; here it is a user like others.
    @Test
    void authenticate_noAuthUserShape_isAnOrdinaryPassword() {
        assertIs(
                Requests.server().password("alice", "s3cret-alice").client("", "", ""),
                "alice",
                CredentialKind.PASSWORD);
        assertNotMine(Requests.server().password("guest", "from-server-config"));
    }

    // Item 37.
    @ParameterizedTest
    @ValueSource(strings = {"jose\u0301", "JOSÉ", "josé\0", "josé\n", " josé", "\u202ejosé"})
    void authenticate_nameThatOnlyLooksTheSame_isNobody(String name) {
        assertIs(
                Requests.server().password("josé", "s3cret-jose"), "josé", CredentialKind.PASSWORD);
        assertNotMine(Requests.server().password(name, "s3cret-jose"));
    }

    // Item 38.
    @Test
    void authenticate_hugePassword_isNotHashed() {
        assertNotMine(Requests.server().password("alice", "x".repeat(512 * 1024)));
        assertThat(users.pool.hashed()).isZero();
    }

    @Test
    void authenticate_disabledUser_isRejectedAfterTheProof() {
        assertRejected(
                Requests.server().password("disabled", "s3cret-disabled"),
                Rejection.BAD_CREDENTIAL);
        assertThat(users.pool.hashed()).isEqualTo(1);
    }

    /** Otherwise the time would tell which users have no password. */
    @Test
    void authenticate_passwordForAUserWithout_costsAHashAndIsRejected() {
        assertRejected(Requests.server().password("bot", "guess"), Rejection.BAD_CREDENTIAL);
        assertThat(users.pool.hashed()).isEqualTo(1);
    }

    // Item 60.
    @ParameterizedTest
    @CsvSource({
        "192.0.2.200, true",
        "::ffff:192.0.2.200, true",
        "2001:db8::7, true",
        "192.0.3.0, false",
        "2001:db9::7, false",
        "pipe, false",
        "'', false",
    })
    void authenticate_userWithNetworks_onlyFromThere(String host, boolean isAllowed) {
        Requests request = Requests.server().address(host).password("office", "s3cret-office");

        if (isAllowed) {
            assertIs(request, "office", CredentialKind.PASSWORD);
        } else {
            assertRejected(request, Rejection.ADDRESS_NOT_ALLOWED);
        }
    }

    /** A stranger must not learn where a user may come from. */
    @Test
    void authenticate_wrongPasswordFromAWrongNetwork_isABadCredential() {
        assertRejected(
                Requests.server().address("203.0.113.1").password("office", "guess"),
                Rejection.BAD_CREDENTIAL);
    }

    // Item 61.
    @Test
    void authenticate_userWithConnectionTypes_onlyWithThose() {
        assertIs(
                Requests.server().websocket().password("browser", "s3cret-browser"),
                "browser",
                CredentialKind.PASSWORD);
        assertIs(
                Requests.server().leafnode().password("browser", "s3cret-browser"),
                "browser",
                CredentialKind.PASSWORD);
        assertRejected(
                Requests.server().password("browser", "s3cret-browser"),
                Rejection.CONNECTION_TYPE_NOT_ALLOWED);
        assertRejected(
                Requests.server().mqtt("m").password("browser", "s3cret-browser"),
                Rejection.CONNECTION_TYPE_NOT_ALLOWED);
        assertRejected(
                Requests.server()
                        .password("browser", "s3cret-browser")
                        .tweak(claims ->
                                claims.withObject("/nats/client_info").put("type", "new-in-3.0")),
                Rejection.CONNECTION_TYPE_NOT_ALLOWED);
    }

    @Test
    void authenticate_tokenOutlivingItsUser_endsWithTheUser() {
        assertThat(identity(Requests.server().token("s3cret-later")).notAfter())
                .contains(UsersFixture.END);
        assertThat(identity(Requests.server().token("s3cret-short")).notAfter())
                .contains(UsersFixture.END);
    }

    private Requests nkey(String signature, String nonce) {
        return Requests.server().nkey(users.device.publicKey().text(), signature, nonce);
    }

    private String signature(String nonce, Base64.Encoder encoder) {
        byte[] message = nonce.getBytes(StandardCharsets.US_ASCII);
        return encoder.encodeToString(Ed25519.best().signer(users.device).sign(message));
    }

    private Authentication ask(Requests request) {
        return users.authenticator.authenticate(
                request.verified(), Requests.NOW, Deadline.after(Duration.ofSeconds(30)));
    }

    private Identity identity(Requests request) {
        return assertThat(ask(request)).asInstanceOf(type(Authenticated.class)).actual().identity();
    }

    private void assertIs(Requests request, String name, CredentialKind kind) {
        Identity identity = identity(request);
        assertThat(identity.principal()).hasToString("users:" + name);
        assertThat(identity.credential().kind()).isEqualTo(kind);
    }

    private void assertRejected(Requests request, Rejection why) {
        assertThat(ask(request))
                .asInstanceOf(type(Rejected.class))
                .extracting(Rejected::why)
                .isEqualTo(why);
    }

    private void assertNotMine(Requests request) {
        assertThat(ask(request)).isEqualTo(new NotMine());
    }
}
