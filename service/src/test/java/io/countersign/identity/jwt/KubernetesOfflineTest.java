// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authenticator;
import io.countersign.identity.AuthenticatorContract;
import io.countersign.identity.ExpiryContract;
import io.countersign.identity.ServiceAccount;
import io.countersign.kit.Requests;
import io.countersign.kit.TokenIssuer;
import io.countersign.protocol.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Bound service-account tokens, with the claims of Kubernetes 1.33, judged by the cluster's public
 * keys in a file: the cluster is not asked for anything.
 */
class KubernetesOfflineTest extends AuthenticatorContract implements ExpiryContract {
    private static final TokenIssuer CLUSTER = TokenIssuer.start();
    private static final TokenIssuer OTHER = TokenIssuer.start();

    static {
        OTHER.rotateToElliptic(); // the first RSA keys of all issuers are the same one
    }

    private static final String ORDERS = "system:serviceaccount:prod:orders";

    private static final String FORGED = pod(OTHER, ORDERS, _ -> {});

    private final JwtFixture fixture = new JwtFixture();
    private final JwtAuthenticator authenticator =
            fixture.fixed(
                    JwtFixture.rules(CLUSTER.issuer(), new ServiceAccount.Claims()),
                    CLUSTER.jwks());

    private static String pod(
            TokenIssuer issuer, String subject, Consumer<Map<String, Object>> more) {
        Map<String, Object> bound =
                new HashMap<>(
                        Map.of(
                                "namespace",
                                "prod",
                                "node",
                                Map.of("name", "node-3", "uid", "6e21"),
                                "pod",
                                Map.of("name", "orders-7d9f", "uid", "1b0c"),
                                "serviceaccount",
                                Map.of("name", "orders", "uid", "77aa")));
        more.accept(bound);
        return issuer.token(
                subject,
                Requests.NOW,
                claims ->
                        claims.issuer(CLUSTER.issuer())
                                .claim("kubernetes.io", bound)
                                .notBeforeTime(Date.from(Requests.NOW)));
    }

    private static String pod(String subject) {
        return pod(CLUSTER, subject, _ -> {});
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @AfterAll
    static void stop() {
        CLUSTER.close();
        OTHER.close();
    }

    @Override
    public Authenticator authenticator() {
        return authenticator;
    }

    @Override
    public Requests good() {
        return Requests.server().token(pod(ORDERS));
    }

    /** Signed by another cluster that calls itself ours. */
    @Override
    protected Requests forged() {
        return Requests.server().token(FORGED);
    }

    @Override
    protected Requests foreign() {
        return Requests.server().password("orders", "secret");
    }

    @Override
    protected List<String> secrets() {
        String token = pod(ORDERS);
        return List.of(token, token.substring(token.lastIndexOf('.') + 1), FORGED);
    }

    @Override
    public Requests ending() {
        return Requests.server()
                .token(
                        CLUSTER.token(
                                ORDERS,
                                Requests.NOW,
                                claims -> claims.expirationTime(Date.from(end()))));
    }

    @Override
    public Instant end() {
        return Requests.NOW.plusSeconds(600);
    }

    @Test
    void authenticate_boundToken_tellsAccountPodAndNode() {
        int before = CLUSTER.fetches();

        assertThat(ask(pod(ORDERS)))
                .asInstanceOf(type(Authenticated.class))
                .satisfies(yes -> {
                    assertThat(yes.identity().principal().toString()).isEqualTo("corp:prod/orders");
                    assertThat(yes.identity().groups())
                            .isEqualTo(
                                    Set.of(
                                            "system:authenticated",
                                            "system:serviceaccounts",
                                            "system:serviceaccounts:prod"));
                    assertThat(yes.identity().attributes())
                            .isEqualTo(
                                    Map.of(
                                            "namespace", List.of("prod"),
                                            "service-account", List.of("orders"),
                                            "pod", List.of("orders-7d9f"),
                                            "node", List.of("node-3")));
                });
        assertThat(CLUSTER.fetches()).as("keys come from the file").isEqualTo(before);
    }

    @Test
    void authenticate_tokenOfAWorkloadWithoutPod_isStillItsAccount() {
        String token =
                pod(CLUSTER, ORDERS, bound -> bound.keySet().removeAll(List.of("pod", "node")));

        assertThat(ask(token))
                .asInstanceOf(type(Authenticated.class))
                .satisfies(yes ->
                        assertThat(yes.identity().attributes().keySet())
                                .isEqualTo(Set.of("namespace", "service-account")));
    }

    /** People and nodes have tokens of the same issuer; a name must not become another's. */
    @Test
    void authenticate_subjectThatIsNoServiceAccount_isRefused() {
        for (String subject :
                List.of(
                        "ann",
                        "system:node:node-3",
                        "system:serviceaccount:prod",
                        "system:serviceaccount:prod:a:b",
                        "system:serviceaccount:PROD:orders",
                        "system:serviceaccount:prod:orders\n")) {
            assertThat(ask(pod(subject))).as(subject).isInstanceOf(Rejected.class);
        }
    }

    /** A token for the API server itself lies in every pod. */
    @Test
    void authenticate_tokenForAnotherAudience_isRefused() {
        String token =
                CLUSTER.token(
                        ORDERS,
                        Requests.NOW,
                        claims -> claims.audience("https://kubernetes.default.svc"));

        assertThat(ask(token)).isInstanceOf(Rejected.class);
    }

    @Test
    void authenticate_tokenOfAnotherCluster_isSomebodyElses() {
        assertThat(ask(OTHER.token(ORDERS, Requests.NOW))).isInstanceOf(NotMine.class);
    }

    private Authentication ask(String token) {
        return authenticator.authenticate(
                Requests.server().token(token).verified(),
                Requests.NOW,
                Deadline.after(Duration.ofSeconds(30)));
    }
}
