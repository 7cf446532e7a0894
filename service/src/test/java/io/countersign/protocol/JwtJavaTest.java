// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import io.countersign.kit.Requests;
import io.nats.client.support.JsonParseException;
import io.nats.jwt.AuthorizationRequest;
import io.nats.jwt.Claim;
import io.nats.jwt.JwtUtils;
import io.nats.jwt.UserClaim;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * io.nats:jwt-java reads what we write, as far as it can: it verifies nothing, reads {@code nbf}
 * and the xkey wrongly, and wants ASCII (reference 9.1).
 */
class JwtJavaTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_767_225_600L);
    private static final Signer ACCOUNT = Keys.signer(NKeyType.ACCOUNT, 2);
    private static final Signer SIGNING_KEY = Keys.signer(NKeyType.ACCOUNT, 3);

    @Test
    void user_is_read_alike() throws JsonParseException {
        UserClaims user =
                new UserClaims(
                        Keys.key(NKeyType.USER, 1),
                        "alice",
                        Optional.of(
                                new Permissions(
                                        new SubjectPermissions(List.of("a.>"), List.of("a.b")),
                                        SubjectPermissions.NONE,
                                        Optional.of(
                                                new ResponsePermission(3, Duration.ofSeconds(7))))),
                        NOW,
                        Optional.of(NOW.plusSeconds(60)),
                        List.of("team:a"),
                        true);

        Claim claim = read(UserJwt.mint(user, new Placement.ByKey(ACCOUNT.key()), SIGNING_KEY));

        assertThat(claim.iss).isEqualTo(SIGNING_KEY.key().text());
        assertThat(claim.sub).isEqualTo(user.subject().text());
        assertThat(claim.name).isEqualTo("alice");
        assertThat(claim.iat).isEqualTo(NOW.getEpochSecond());
        assertThat(claim.exp).isEqualTo(NOW.getEpochSecond() + 60);
        UserClaim read = claim.userClaim;
        assertThat(read.issuerAccount).isEqualTo(ACCOUNT.key().text());
        assertThat(read.pub.allow).containsExactly("a.>");
        assertThat(read.pub.deny).containsExactly("a.b");
        assertThat(read.sub.deny).containsExactly(">");
        assertThat(read.resp.max).isEqualTo(3);
        assertThat(read.resp.expires).isEqualTo(Duration.ofSeconds(7));
        assertThat(read.subs).isEqualTo(-1);
        assertThat(read.payload).isEqualTo(-1);
        assertThat(read.tags).containsExactly("team:a");
        assertThat(read.bearerToken).isTrue();
    }

    @Test
    void answers_are_read_alike() throws JsonParseException {
        VerifiedRequest request = Requests.server().verified();
        byte[] jwt = "e30.e30.c2ln".getBytes(StandardCharsets.US_ASCII);

        Claim yes = read(AnswerJwt.allow(request, jwt, ACCOUNT, Optional.empty(), NOW, 0));
        Claim no =
                read(
                        AnswerJwt.deny(
                                request,
                                "no-rule",
                                SIGNING_KEY,
                                Optional.of(ACCOUNT.key()),
                                NOW,
                                0));

        assertThat(yes.authorizationResponse.jwt).isEqualTo("e30.e30.c2ln");
        assertThat(yes.authorizationResponse.error).isNull();
        assertThat(yes.aud).isEqualTo(request.server().id().text());
        assertThat(no.sub).isEqualTo(request.userKey().text());
        assertThat(no.authorizationResponse.jwt).isNull();
        assertThat(no.authorizationResponse.error).isEqualTo("no-rule");
        assertThat(no.authorizationResponse.issuerAccount).isEqualTo(ACCOUNT.key().text());
    }

    @Test
    void request_is_read_alike() throws JsonParseException {
        Requests server =
                Requests.server()
                        .password("alice", "s3cret")
                        .client("app", "go", "1.50.0")
                        .serverTags("zone:b")
                        .cluster("east")
                        .cid(42)
                        .mqtt("sensor");
        byte[] token = server.clear();
        AuthorizationRequest theirs = read(token).authorizationRequest;
        VerifiedRequest ours = server.verified();

        assertThat(theirs.serverId.id).isEqualTo(ours.server().id().text());
        assertThat(theirs.serverId.name).isEqualTo(ours.server().name());
        assertThat(theirs.serverId.cluster).isEqualTo(ours.server().cluster());
        assertThat(theirs.serverId.tags).isEqualTo(ours.server().tags());
        assertThat(theirs.clientInfo.host).isEqualTo(ours.client().host());
        assertThat(theirs.clientInfo.id).isEqualTo(ours.client().id());
        assertThat(theirs.clientInfo.mqttId).isEqualTo(ours.client().mqttId());
        assertThat(theirs.connectOpts.user).isEqualTo(ours.connect().user());
        assertThat(theirs.connectOpts.pass).isEqualTo(ours.connect().pass());
        assertThat(theirs.connectOpts.authToken).isEqualTo(ours.connect().authToken());
        assertThat(theirs.connectOpts.lang).isEqualTo(ours.connect().lang());
        assertThat(theirs.connectOpts.protocol).isEqualTo(ours.connect().protocol());
    }

    private static Claim read(byte[] token) throws JsonParseException {
        Token.claims(token); // jwt-java itself looks at no signature
        return new Claim(JwtUtils.getClaimBody(token));
    }
}
