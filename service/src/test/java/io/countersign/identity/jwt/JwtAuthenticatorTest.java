// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.KeyedHash;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.ClaimMapping;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.Identity;
import io.countersign.identity.Origin;
import io.countersign.identity.http.HttpCalls;
import io.countersign.kit.Requests;
import io.countersign.kit.TokenIssuer;
import io.countersign.protocol.Deadline;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JwtAuthenticatorTest {
    private static final TokenIssuer ISSUER = TokenIssuer.start();
    private static final RSAKey KEY = key();

    private final JwtFixture fixture = new JwtFixture();
    private final JwtRules rules = JwtFixture.rules(ISSUER.issuer(), JwtFixture.CLAIMS);
    private final JwtAuthenticator fixed =
            fixture.fixed(rules, new JWKSet(KEY).toPublicJWKSet().toString());

    private static RSAKey key() {
        try {
            return new RSAKeyGenerator(2048).keyID("fixed").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @AfterAll
    static void stop() {
        ISSUER.close();
    }

    @Test
    void authenticate_tokenInAnyOfTheThreePlaces_isTaken() {
        String token = signed(claims -> {});

        assertThat(ask(fixed, Requests.server().token(token))).isInstanceOf(Authenticated.class);
        assertThat(ask(fixed, Requests.server().password("x", token)))
                .isInstanceOf(Authenticated.class);
        assertThat(ask(fixed, Requests.server().jwt(token))).isInstanceOf(Authenticated.class);
    }

    @Test
    void authenticate_goodToken_tellsAllThatItSays() {
        ClaimMapping claims =
                new ClaimMapping(
                        "preferred_username",
                        "realm_access.roles",
                        Map.of("team", "https://example.com/team", "level", "level"),
                        Map.of("azp", List.of("cli", "web")));
        JwtAuthenticator mapped =
                fixture.fixed(
                        JwtFixture.rules(ISSUER.issuer(), claims),
                        new JWKSet(KEY).toPublicJWKSet().toString());
        String token =
                signed(all ->
                        all.claim("preferred_username", "ann")
                                .claim("azp", "web")
                                .claim("realm_access", Map.of("roles", List.of("ops", "dev")))
                                .claim("https://example.com/team", "billing")
                                .claim("level", 7)
                                .jwtID("j-1"));

        Identity identity =
                assertThat(ask(mapped, Requests.server().token(token)))
                        .asInstanceOf(type(Authenticated.class))
                        .actual()
                        .identity();
        assertThat(identity.principal().toString()).isEqualTo("corp:ann");
        assertThat(identity.groups()).containsExactlyInAnyOrder("ops", "dev");
        assertThat(identity.attributes())
                .isEqualTo(Map.of("team", List.of("billing"), "level", List.of("7")));
        assertThat(identity.origin())
                .isEqualTo(new Origin("j-1", ISSUER.issuer(), "", Optional.of(Requests.NOW)));
    }

    @Test
    void authenticate_claimNotAsRequired_isRejected() {
        ClaimMapping claims =
                new ClaimMapping("sub", "groups", Map.of(), Map.of("azp", List.of("cli")));
        JwtAuthenticator strict =
                fixture.fixed(
                        JwtFixture.rules(ISSUER.issuer(), claims),
                        new JWKSet(KEY).toPublicJWKSet().toString());

        assertRejected(ask(strict, tokenWith(all -> all.claim("azp", "other"))), "claim azp");
        assertRejected(ask(strict, tokenWith(all -> {})), "claim azp");
    }

    @Test
    void authenticate_wrongClaims_areRejected() {
        assertRejected(ask(fixed, tokenWith(all -> all.audience("other"))), "audience");
        assertRejected(ask(fixed, tokenWith(all -> all.audience((String) null))), "audience");
        assertRejected(ask(fixed, tokenWith(all -> all.subject(null))), "claim sub");
        assertRejected(ask(fixed, tokenWith(all -> all.expirationTime(null))), "no end");
        assertRejected(
                ask(fixed, tokenWith(all -> all.notBeforeTime(at(Duration.ofSeconds(31))))),
                "not valid yet");
        assertRejected(
                ask(fixed, tokenWith(all -> all.issueTime(at(Duration.ofSeconds(31))))),
                "not valid yet");
        assertThat(ask(fixed, tokenWith(all -> all.notBeforeTime(at(Duration.ofSeconds(30))))))
                .isInstanceOf(Authenticated.class);
    }

    @Test
    void authenticate_tokenOfAnotherIssuer_isNotMine() {
        assertThat(ask(fixed, tokenWith(all -> all.issuer("https://other.example.com"))))
                .isEqualTo(new NotMine());
        assertThat(ask(fixed, Requests.server().token("eyJhbGciOiJub25lIn0.x.y")))
                .isEqualTo(new NotMine());
        assertThat(ask(fixed, Requests.server().token("plain"))).isEqualTo(new NotMine());
    }

    /** RFC 8725, 3.1 and 3.2: the classic ways past a verifier. */
    @Test
    void authenticate_algorithmOffTheList_isRejected() throws Exception {
        JWTClaimsSet claims = claims(all -> {});
        SignedJWT symmetric =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("fixed").build(), claims);
        symmetric.sign(new MACSigner(KEY.toPublicJWK().toRSAPublicKey().getEncoded()));
        String other =
                TokenIssuer.sign(
                        new JWSHeader.Builder(JWSAlgorithm.RS512).keyID("fixed").build(),
                        claims,
                        KEY);

        assertRejected(ask(fixed, Requests.server().token(symmetric.serialize())), "not on the");
        assertRejected(ask(fixed, Requests.server().token(other)), "not on the");
        assertRejected(
                ask(fixed, Requests.server().token(new PlainJWT(claims).serialize())),
                "not a signed");
    }

    /** Keys come from the issuer, never from the token. */
    @Test
    void authenticate_tokenWithItsOwnKeyInside_isRejected() throws Exception {
        RSAKey own = new RSAKeyGenerator(2048).keyID("own").generate();
        String token =
                TokenIssuer.sign(
                        new JWSHeader.Builder(JWSAlgorithm.RS256).jwk(own.toPublicJWK()).build(),
                        claims(all -> {}),
                        own);

        assertRejected(ask(fixed, Requests.server().token(token)), "bad signature");
    }

    @Test
    void authenticate_tokenForAnotherPurpose_isRejected() {
        String token =
                TokenIssuer.sign(
                        new JWSHeader.Builder(JWSAlgorithm.RS256)
                                .keyID("fixed")
                                .type(new JOSEObjectType("logout+jwt"))
                                .build(),
                        claims(all -> {}),
                        KEY);

        assertRejected(ask(fixed, Requests.server().token(token)), "of another type");
    }

    @Test
    void authenticate_everyFlippedLetterOfTheToken_isNeverAuthenticated() {
        String token = signed(claims -> {});
        for (int i = 0; i < token.length() - 1; i += 7) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            String flipped = token.substring(0, i) + other + token.substring(i + 1);
            assertThat(ask(fixed, Requests.server().token(flipped)))
                    .as("letter " + i)
                    .isInstanceOfAny(Rejected.class, NotMine.class);
        }
    }

    @Test
    void authenticate_ellipticAndEdwardsKeys_verifyToo() throws Exception {
        var elliptic = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        Seed seed = Seed.generate(NKeyType.USER, new SecureRandom());
        Signer signer = Ed25519.best().signer(seed);
        OctetKeyPair edwards =
                new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(signer.key().bytes()))
                        .keyID("ed")
                        .build();
        JwtAuthenticator both =
                fixture.fixed(
                        rules, new JWKSet(List.of(elliptic.toPublicJWK(), edwards)).toString());
        String first =
                TokenIssuer.sign(
                        new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec").build(),
                        claims(all -> {}),
                        elliptic);
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.EdDSA).keyID("ed").build();
        String signed = header.toBase64URL() + "." + claims(all -> {}).toPayload().toBase64URL();
        Base64URL signature =
                Base64URL.encode(signer.sign(signed.getBytes(StandardCharsets.US_ASCII)));

        assertThat(ask(both, Requests.server().token(first))).isInstanceOf(Authenticated.class);
        assertThat(ask(both, Requests.server().token(signed + "." + signature)))
                .isInstanceOf(Authenticated.class);
        String forged = signed + "." + Base64URL.encode(new byte[64]);
        assertRejected(ask(both, Requests.server().token(forged)), "bad signature");
    }

    @Test
    void withKeys_nothingUsable_isRefused() throws Exception {
        assertThatThrownBy(() -> fixture.fixed(rules, "{\"keys\":[]}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a JWK set");
        assertThatThrownBy(() -> fixture.fixed(rules, "nonsense"))
                .isInstanceOf(IllegalArgumentException.class);
        RSAKey weak = new RSAKeyGenerator(1024, true).generate();
        assertThatThrownBy(() -> fixture.fixed(rules, new JWKSet(weak).toString(false)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rules_symmetricAlgorithm_isRefused() {
        assertThatThrownBy(() ->
                        new JwtRules(
                                "i",
                                Set.of("a"),
                                Set.of("HS256"),
                                List.of(),
                                JwtFixture.CLAIMS,
                                Duration.ZERO))
                .hasMessageContaining("expected: an asymmetric one");
    }

    // --- keys that are fetched

    @Test
    void authenticate_keyOfARotation_isFetchedAndOldTokensStayGood() {
        TokenIssuer issuer = fixture.issuer();
        JwtAuthenticator fetching = fixture.fetching(issuer);
        String before = issuer.token("ann", fixture.now());
        assertThat(ask(fetching, before)).isInstanceOf(Authenticated.class);
        issuer.rotate();
        fixture.pass(Duration.ofSeconds(11));

        assertThat(ask(fetching, issuer.token("ann", fixture.now())))
                .isInstanceOf(Authenticated.class);
        assertThat(ask(fetching, before)).isInstanceOf(Authenticated.class);
        assertThat(issuer.fetches()).isEqualTo(2);
    }

    /** A flood of tokens with invented key ids must not become a flood on the provider. */
    @Test
    void authenticate_unknownKeysByTheDozen_askTheProviderOncePerPause() throws Exception {
        TokenIssuer issuer = fixture.issuer();
        JwtAuthenticator fetching = fixture.fetching(issuer);
        ask(fetching, issuer.token("ann", fixture.now()));
        fixture.pass(Duration.ofSeconds(11));
        RSAKey stranger = new RSAKeyGenerator(2048).keyID("stranger").generate();
        String token =
                TokenIssuer.sign(
                        new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("stranger").build(),
                        new JWTClaimsSet.Builder()
                                .issuer(issuer.issuer())
                                .subject("ann")
                                .audience("nats")
                                .issueTime(Date.from(Requests.NOW))
                                .expirationTime(Date.from(Requests.NOW.plusSeconds(600)))
                                .build(),
                        stranger);
        for (int i = 0; i < 50; i++) {
            assertRejected(ask(fetching, token), "no such key");
        }

        assertThat(issuer.fetches()).isEqualTo(2);
    }

    /** The key may have been made after our last look: that is no reason for a no. */
    @Test
    void authenticate_newKeyWithinThePause_isUnavailableAndThenGood() {
        TokenIssuer issuer = fixture.issuer();
        JwtAuthenticator fetching = fixture.fetching(issuer);
        ask(fetching, issuer.token("ann", fixture.now()));
        issuer.rotate();
        fixture.pass(Duration.ofSeconds(5));
        String token = issuer.token("ann", fixture.now());
        assertThat(ask(fetching, token)).isInstanceOf(Unavailable.class);
        fixture.pass(Duration.ofSeconds(6));

        assertThat(ask(fetching, token)).isInstanceOf(Authenticated.class);
    }

    @Test
    void authenticate_providerDown_keysAreKeptButNotForEver() {
        TokenIssuer issuer = fixture.issuer();
        JwtAuthenticator fetching = fixture.fetching(issuer);
        assertThat(ask(fetching, issuer.token("ann", fixture.now())))
                .isInstanceOf(Authenticated.class);
        issuer.stop();
        fixture.pass(Duration.ofHours(23));
        assertThat(ask(fetching, issuer.token("ann", fixture.now())))
                .isInstanceOf(Authenticated.class);
        fixture.pass(Duration.ofHours(2));
        assertThat(ask(fetching, issuer.token("ann", fixture.now())))
                .isInstanceOf(Unavailable.class);
        issuer.recover();
        fixture.pass(Duration.ofSeconds(11));

        assertThat(ask(fetching, issuer.token("ann", fixture.now())))
                .isInstanceOf(Authenticated.class);
    }

    @Test
    void authenticate_providerDownAtStart_isUnavailableAndThenGood() {
        TokenIssuer issuer = fixture.issuer();
        issuer.fail();
        JwtAuthenticator fetching = fixture.fetching(issuer);
        fetching.warmUp();
        assertThat(ask(fetching, issuer.token("ann", fixture.now())))
                .isInstanceOf(Unavailable.class);
        issuer.recover();
        fixture.pass(Duration.ofSeconds(11));

        assertThat(ask(fetching, issuer.token("ann", fixture.now())))
                .isInstanceOf(Authenticated.class);
    }

    @Test
    void authenticate_keyTakenBack_isGoneAfterARefresh() {
        TokenIssuer issuer = fixture.issuer();
        JwtAuthenticator fetching = fixture.fetching(issuer);
        String old =
                issuer.token(
                        "ann", fixture.now(), all -> all.expirationTime(at(Duration.ofHours(9))));
        assertThat(ask(fetching, old)).isInstanceOf(Authenticated.class);
        issuer.rotateToElliptic();
        fixture.pass(Duration.ofMinutes(16));

        // The first one after the time only sets the refresh going.
        await().until(() -> ask(fetching, old) instanceof Rejected);
    }

    @Test
    void authenticate_discoveryOfAnotherIssuer_isUnavailable() {
        TokenIssuer issuer = fixture.issuer();
        String slash = issuer.issuer() + "/";
        JwtAuthenticator fetching =
                new JwtAuthenticators(
                                Ed25519.best(),
                                new CredentialFingerprints(KeyedHash.of(new byte[32])),
                                Clock.systemUTC(),
                                System::nanoTime)
                        .fetching(
                                "corp",
                                JwtFixture.rules(slash, JwtFixture.CLAIMS),
                                new HttpCalls(Optional.empty()),
                                Optional.empty(),
                                JwtFixture.TIMES,
                                Optional::empty);

        assertThat(ask(fetching, issuer.token("ann", Requests.NOW, all -> all.issuer(slash))))
                .isInstanceOf(Unavailable.class)
                .asString()
                .contains("of another issuer");
        fetching.close();
    }

    private static Date at(Duration after) {
        return Date.from(Requests.NOW.plus(after));
    }

    private static JWTClaimsSet claims(Consumer<JWTClaimsSet.Builder> change) {
        JWTClaimsSet.Builder claims =
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER.issuer())
                        .subject("ann")
                        .audience("nats")
                        .issueTime(Date.from(Requests.NOW))
                        .expirationTime(at(Duration.ofHours(1)));
        change.accept(claims);
        return claims.build();
    }

    private static String signed(Consumer<JWTClaimsSet.Builder> change) {
        return TokenIssuer.sign(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("fixed").build(),
                claims(change),
                KEY);
    }

    private static Requests tokenWith(Consumer<JWTClaimsSet.Builder> change) {
        return Requests.server().token(signed(change));
    }

    private Authentication ask(JwtAuthenticator authenticator, String token) {
        return ask(authenticator, Requests.server().token(token));
    }

    private Authentication ask(JwtAuthenticator authenticator, Requests request) {
        Instant now = fixture.now();
        return authenticator.authenticate(
                request.verified(), now, Deadline.after(Duration.ofSeconds(30)));
    }

    private static void assertRejected(Authentication answer, String detail) {
        assertThat(answer)
                .asInstanceOf(type(Rejected.class))
                .satisfies(no -> assertThat(no.detail()).contains(detail));
    }
}
