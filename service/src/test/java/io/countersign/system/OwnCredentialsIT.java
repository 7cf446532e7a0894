// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsJwts;
import io.countersign.kit.PluginExample;
import io.countersign.kit.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Credentials that clients had before: user JWTs of NATS accounts, and those that only an
 * operator's own code knows, through real servers.
 */
@Tag("beside")
class OwnCredentialsIT {
    private static final String POLICY =
            """
            version: 1
            rules:
              - id: before
                when: { source: [legacy, own] }
                grant: { account: APP, publish: { allow: ["app.>"] } }
            """;

    @TempDir Path folder;
    private final Instant before = Instant.now().minusSeconds(3600);
    private final Signer operator = NatsJwts.signer(NKeyType.OPERATOR);
    private final Signer account = NatsJwts.signer(NKeyType.ACCOUNT);
    private final Signer signing = NatsJwts.signer(NKeyType.ACCOUNT);
    private final Signer listed = NatsJwts.signer(NKeyType.ACCOUNT);
    private final Signer user = NatsJwts.signer(NKeyType.USER);
    private final Signer revoked = NatsJwts.signer(NKeyType.USER);

    /** The server throws {@code jwt} away there, so it comes as a token as well. */
    @Test
    void staticMode_userJwts_areTakenWithAProofOfTheirKey_asTheirAccountSays() throws Exception {
        try (Deployment system = start(Deployment.Mode.STATIC, NatsBinary.V2_10)) {
            String good = jwt(signing, user, OwnCredentialsIT::asItIs);
            assertThat(shows(system, good, user)).isInstanceOf(Login.Admitted.class);
            assertThat(shows(system, jwt(listed, user, OwnCredentialsIT::asItIs), user))
                    .isInstanceOf(Login.Admitted.class);

            assertThat(shows(system, good, revoked))
                    .as("key of another")
                    .satisfies(OwnCredentialsIT::refused);
            try (RawClient client = RawClient.connect(system.server())) {
                assertThat(client.login(Map.of("jwt", good), user::sign))
                        .as("never reaches us")
                        .satisfies(OwnCredentialsIT::refused);
            }
            assertThat(shows(system, jwt(signing, revoked, OwnCredentialsIT::asItIs), revoked))
                    .as("revoked by its account")
                    .satisfies(OwnCredentialsIT::refused);
            assertThat(
                            shows(
                                    system,
                                    jwt(
                                            signing,
                                            user,
                                            it -> it.put("exp", before.getEpochSecond() + 60)),
                                    user))
                    .as("expired")
                    .satisfies(OwnCredentialsIT::refused);
            assertThat(
                            shows(
                                    system,
                                    jwt(
                                            NatsJwts.signer(NKeyType.ACCOUNT),
                                            user,
                                            OwnCredentialsIT::asItIs),
                                    user))
                    .as("account of somebody else")
                    .satisfies(OwnCredentialsIT::refused);
        }
    }

    /** The server looks at {@code jwt} itself there, so it comes as a token. */
    @Test
    void operatorMode_bearerJwtAndPlugin_letInWhomTheyKnow() throws Exception {
        try (Deployment system = start(Deployment.Mode.OPERATOR, NatsBinary.NEWEST)) {
            String bearer =
                    jwt(
                            signing,
                            user,
                            claims -> ((ObjectNode) claims.get("nats")).put("bearer_token", true));
            assertThat(login(system, Map.of("auth_token", bearer)))
                    .isInstanceOf(Login.Admitted.class);
            assertThat(
                            login(
                                    system,
                                    Map.of(
                                            "auth_token",
                                            jwt(signing, user, OwnCredentialsIT::asItIs))))
                    .as("no bearer")
                    .satisfies(OwnCredentialsIT::refused);

            assertThat(login(system, Map.of("user", "ann", "pass", "shared secret")))
                    .isInstanceOf(Login.Admitted.class);
            assertThat(login(system, Map.of("user", "ann", "pass", "another")))
                    .satisfies(OwnCredentialsIT::refused);
            assertThat(login(system, Map.of("user", "cara", "pass", "shared secret")))
                    .as("not on the list")
                    .satisfies(OwnCredentialsIT::refused);
        }
    }

    private Deployment start(Deployment.Mode mode, NatsBinary binary) throws Exception {
        Path accountJwt = folder.resolve("OLD.jwt");
        Files.writeString(
                accountJwt,
                NatsJwts.account(
                        operator,
                        account.key(),
                        "OLD",
                        before,
                        nats -> {
                            nats.putArray("signing_keys").add(signing.key().text());
                            nats.putObject("revocations")
                                    .put(revoked.key().text(), before.getEpochSecond() + 1);
                        }));
        Path secret = folder.resolve("shared.secret");
        Files.writeString(secret, "shared secret\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Deployment system = Deployment.start(Deployment.Plan.of(mode, binary));
        try {
            system.withPolicy(POLICY)
                    .withSettings(
                            """
                            authenticators:
                              - name: legacy
                                nats-jwt:
                                  accounts: [%s]
                                  operators: [%s]
                                  account-jwts: ["%s"]
                                  bearer: true
                              - name: own
                                plugin:
                                  type: allow-list
                                  jar: "%s"
                                  settings: {names: "ann ben"}
                                  secrets: {shared: "%s"}
                            """
                                    .formatted(
                                            listed.key().text(),
                                            operator.key().text(),
                                            accountJwt,
                                            PluginExample.jar(folder),
                                            secret));
            system.startInstance("a");
            return system;
        } catch (RuntimeException | Error e) {
            system.close();
            throw e;
        }
    }

    private String jwt(Signer issuer, Signer of, Consumer<ObjectNode> change) {
        return NatsJwts.user(
                issuer,
                of.key(),
                "ann",
                before,
                claims -> {
                    if (issuer.equals(signing)) {
                        ((ObjectNode) claims.get("nats"))
                                .put("issuer_account", account.key().text());
                    }
                    change.accept(claims);
                });
    }

    private static Login shows(Deployment system, String jwt, Signer key) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(Map.of("jwt", jwt, "auth_token", jwt), key::sign);
        }
    }

    private static Login login(Deployment system, Map<String, String> fields) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(system.connect(fields));
        }
    }

    private static void asItIs(ObjectNode claims) {
        assertThat(claims.has("nats")).isTrue();
    }

    private static void refused(Login login) {
        assertThat(login).isInstanceOf(Login.Refused.class);
    }
}
