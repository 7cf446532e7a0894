// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.identity.Credential.Certificate;
import io.countersign.identity.Credential.NKeyChallenge;
import io.countersign.identity.Credential.None;
import io.countersign.identity.Credential.Password;
import io.countersign.identity.Credential.SessionName;
import io.countersign.identity.Credential.Token;
import io.countersign.kit.Requests;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    private final Seed user = Seed.generate(NKeyType.USER, new SecureRandom());

    // Item 30, the shapes; which authenticator takes which: UsersAuthenticatorTest.
    @Test
    void of_userAndPassword_isAPassword() {
        Credentials credentials = of(Requests.server().password("alice", "s3cret"));

        assertThat(credentials.presented()).hasSize(1);
        assertThat(credentials.presented().getFirst())
                .asInstanceOf(type(Password.class))
                .satisfies(password -> {
                    assertThat(password.user()).isEqualTo("alice");
                    assertThat(password.secret().bytes()).isEqualTo(utf8("s3cret"));
                    assertThat(password.sentAsToken()).isFalse();
                });
    }

    @Test
    void of_tokenOrBearerJwt_isAToken() {
        Credentials credentials = of(Requests.server().token("eyJh.eyJi.c2ln"));

        assertThat(credentials.presented()).hasSize(1);
        assertThat(credentials.presented().getFirst())
                .asInstanceOf(type(Token.class))
                .satisfies(t -> assertThat(t.secret().bytes()).isEqualTo(utf8("eyJh.eyJi.c2ln")));
    }

    @Test
    void of_nkeyWithSignature_isAChallengeWithTheServersNonce() {
        Credentials credentials = of(Requests.server().nkey(user));

        assertThat(credentials.presented()).hasSize(1);
        assertThat(credentials.presented().getFirst())
                .asInstanceOf(type(NKeyChallenge.class))
                .satisfies(challenge -> {
                    assertThat(challenge.nkey()).isEqualTo(user.publicKey().text());
                    assertThat(challenge.nonce()).isNotEmpty();
                    assertThat(challenge.signatureBytes().orElseThrow()).hasSize(64);
                });
    }

    @Test
    void of_verifiedCertificate_isACertificate() {
        assertThat(of(Requests.server().tlsVerified("leaf", "ca")).presented())
                .containsExactly(new Certificate(List.of("leaf", "ca")));
    }

    @Test
    void of_nothing_isNone() {
        assertThat(of(Requests.server()).presented()).containsExactly(new None());
        assertThat(of(Requests.server().tls()).presented()).containsExactly(new None());
    }

    @Test
    void of_nameAlone_isASessionName() {
        assertThat(of(Requests.server().nameOnly("alice")).presented())
                .containsExactly(new SessionName("alice"));
    }

    // Item 32.
    @Test
    void of_certificateThatTheServerDidNotVerify_isNoCredential() {
        assertThat(of(Requests.server().tlsUnverified("leaf")).presented())
                .containsExactly(new None());
    }

    // Item 34.
    @Test
    void of_mqttPasswordSentAsTokenToo_isOneCredential() {
        Credentials named = of(Requests.server().mqtt("device-1").password("alice", "s3cret"));
        Credentials nameless = of(Requests.server().mqtt("device-1").password("", "s3cret"));

        assertThat(named.presented()).hasSize(1);
        assertThat(named.presented().getFirst())
                .asInstanceOf(type(Password.class))
                .matches(Password::sentAsToken);
        assertThat(nameless.presented()).hasSize(1);
        assertThat(nameless.presented().getFirst()).isInstanceOf(Token.class);
    }

    /** Servers up to 2.11.14 put an MQTT password there, others the sentinel. */
    @Test
    void of_jwt_isNoCredential() {
        assertThat(of(Requests.server().jwt("s3cret")).presented()).containsExactly(new None());
        assertThat(of(Requests.server().sentinel("e30.e30.c2ln", "sentinel")).presented())
                .containsExactly(new None());
    }

    // Item 35: a client without credentials gets those of the configured no_auth_user.
    @Test
    void of_noAuthUserShape_isAPasswordLikeAnyOther() {
        assertThat(of(Requests.server().password("guest", "from-server-config")).presented())
                .singleElement()
                .isInstanceOf(Password.class);
    }

    @Test
    void of_everythingAtOnce_standsInTheDocumentedOrder() {
        Requests all =
                Requests.server()
                        .nkey(user)
                        .token("token")
                        .password("alice", "s3cret")
                        .tlsVerified("leaf");

        assertThat(of(all).presented())
                .extracting(Credential::kind)
                .containsExactly(
                        CredentialKind.NKEY,
                        CredentialKind.TOKEN,
                        CredentialKind.PASSWORD,
                        CredentialKind.CERTIFICATE);
    }

    /** After a reload the nkey is gone, the signature may have stayed. */
    @Test
    void of_nameWithALeftOverSignature_isASessionName() {
        Requests request = Requests.server().nameOnly("alice").nkey("", "c2lnbmF0dXJl", "bm9uY2U");

        assertThat(of(request).presented()).containsExactly(new SessionName("alice"));
    }

    // Item 38.
    @Test
    void of_hugePasswordOrToken_isRefusedUnread() {
        String huge = "x".repeat(512 * 1024);
        String twice = "x".repeat(256 * 1024); // as servers repeat it in client_info.user

        for (Requests request :
                List.of(
                        Requests.server().password("alice", huge),
                        Requests.server().password(twice, "s3cret"),
                        Requests.server().token(huge),
                        Requests.server().nkey(twice, "", ""),
                        Requests.server().nkey(user.publicKey().text(), huge, "n"),
                        Requests.server().tlsVerified(huge),
                        Requests.server().tlsVerified("a b c d e f g h i j k".split(" ")))) {
            Credentials credentials = of(request);
            assertThat(credentials.presented()).containsExactly(new None());
            assertThat(credentials.refusal()).isPresent();
            assertThat(credentials.refusal().orElseThrow().detail()).hasSizeLessThan(100);
            assertThat(credentials.presentedName()).hasSizeLessThan(257);
        }
    }

    @Test
    void of_secretOfExactlyTheMost_isRead() {
        assertThat(of(Requests.server().token("x".repeat(8192))).refusal()).isEmpty();
        assertThat(of(Requests.server().token("x".repeat(8193))).refusal()).isPresent();
        assertThat(of(Requests.server().token("ü".repeat(4096))).refusal()).isEmpty();
        assertThat(of(Requests.server().token("ü".repeat(4097))).refusal()).isPresent();
    }

    // Item 37.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "josé",
                "jose\u0301",
                "\u202egnp.exe",
                "عمر",
                "a\0b",
                "a\r\nb",
                "\ud83e\udd80",
                "%s%n"
            })
    void presentedName_anyUnicode_isAsClaimed(String name) {
        assertThat(of(Requests.server().password(name, "x")).presentedName()).isEqualTo(name);
    }

    @Test
    void presentedName_longName_isCutBetweenCharacters() {
        String crabs = "a" + "\ud83e\udd80".repeat(100);
        String cut = of(Requests.server().password(crabs, "x")).presentedName();

        assertThat(cut).isEqualTo("a" + "\ud83e\udd80".repeat(63));
        assertThat(utf8(cut)).hasSize(253);
    }

    @Test
    void presentedName_withoutUser_isTheNkeyAndNeverAToken() {
        assertThat(of(Requests.server().nkey(user)).presentedName())
                .isEqualTo(user.publicKey().text());
        assertThat(of(Requests.server().token("t0ken")).presentedName()).isEmpty();
    }

    // Item 29, as far as these types reach.
    @Test
    void toString_anyCredential_showsNoSecret() {
        Requests all =
                Requests.server()
                        .nkey(user.publicKey().text(), "s3cret-sig", "s3cret-nonce")
                        .token("s3cret-token")
                        .password("alice", "s3cret-pass")
                        .jwt("s3cret-jwt")
                        .tlsVerified("s3cret-pem");

        assertThat(of(all).toString()).contains("alice").doesNotContain("s3cret");
    }

    private static Credentials of(Requests request) {
        return Credentials.of(request.verified());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
