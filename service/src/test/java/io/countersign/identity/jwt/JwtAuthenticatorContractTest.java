// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import io.countersign.identity.Authenticator;
import io.countersign.identity.AuthenticatorContract;
import io.countersign.identity.BackendContract;
import io.countersign.identity.ExpiryContract;
import io.countersign.kit.Requests;
import io.countersign.kit.TokenIssuer;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;

class JwtAuthenticatorContractTest extends AuthenticatorContract
        implements ExpiryContract, BackendContract {
    private static final TokenIssuer ISSUER = TokenIssuer.start();
    private static final String GOOD = ISSUER.token("ann", Requests.NOW);
    private static final String FORGED = forgedToken();

    private final JwtFixture fixture = new JwtFixture();
    private final JwtAuthenticator authenticator = fixture.fetching(ISSUER);

    /** Another key under the right key id. */
    private static String forgedToken() {
        try {
            return TokenIssuer.sign(
                    new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(ISSUER.keyId()).build(),
                    new JWTClaimsSet.Builder()
                            .issuer(ISSUER.issuer())
                            .subject("ann")
                            .audience("nats")
                            .expirationTime(Date.from(Requests.NOW.plusSeconds(60)))
                            .build(),
                    new RSAKeyGenerator(2048).generate());
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

    @Override
    public Authenticator authenticator() {
        return authenticator;
    }

    @Override
    public Requests good() {
        return Requests.server().token(GOOD);
    }

    @Override
    protected Requests forged() {
        return Requests.server().token(FORGED);
    }

    @Override
    protected Requests foreign() {
        return Requests.server().password("ann", "secret");
    }

    @Override
    protected List<String> secrets() {
        return List.of(GOOD, FORGED, GOOD.substring(GOOD.lastIndexOf('.') + 1));
    }

    @Override
    public Requests ending() {
        return Requests.server()
                .token(
                        ISSUER.token(
                                "ann",
                                Requests.NOW,
                                claims -> claims.expirationTime(Date.from(end()))));
    }

    @Override
    public Instant end() {
        return Requests.NOW.plusSeconds(600);
    }

    @Override
    public Authenticator hanging() {
        TokenIssuer hanging = fixture.issuer();
        hanging.hang();
        return fixture.of(hanging, ISSUER.issuer());
    }

    @Override
    public Authenticator down() {
        TokenIssuer down = fixture.issuer();
        down.stop();
        return fixture.of(down, ISSUER.issuer());
    }
}
