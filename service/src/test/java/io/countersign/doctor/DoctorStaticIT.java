// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static io.countersign.doctor.Patient.ids;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.kit.Deployment;
import io.countersign.kit.Deployment.Mode;
import io.countersign.kit.Deployment.Plan;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Faults of static mode: servers do not show their auth_callout, so a login has to. */
class DoctorStaticIT {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String SUBSCRIBE_IN_GROUP = "\"\\$SYS.REQ.USER.AUTH countersign\"";

    @FunctionalInterface
    private interface Visit {
        void pay(Deployment system, Patient patient) throws Exception;
    }

    private static void on(UnaryOperator<String> change, Visit visit) throws Exception {
        Plan plan = Plan.of(Mode.STATIC, NatsBinary.NEWEST).changing(change);
        try (Deployment system = Deployment.start(plan)) {
            visit.pay(system, Patient.of(system));
        }
    }

    private static UnaryOperator<String> replacing(String old, String with) {
        return conf -> {
            assertThat(conf).containsPattern(old);
            return conf.replaceFirst(old, with);
        };
    }

    @Test
    void serviceNotInAuthUsers_isSeen() throws Exception {
        on(
                replacing("auth_users: \\[\"U[A-Z2-7]{55}\", ", "auth_users: ["),
                (system, patient) ->
                        assertThat(ids(patient.visit()))
                                .containsExactly("auth-users-miss-service"));
    }

    @Test
    void unknownUserOfTheService_isRefused() throws Exception {
        on(
                UnaryOperator.identity(),
                (system, patient) -> {
                    patient.replace("countersign.yaml", "keys/callout.nk", "keys/stranger.nk");
                    try (Seed seed = Seed.generate(NKeyType.USER, RANDOM)) {
                        seed.write(patient.file("keys/stranger.nk"));
                    }
                    // A server asks about users that it does not know, and nobody is there.
                    assertThat(ids(patient.visit())).containsExactly("auth-users-miss-service");
                });
    }

    @Test
    void noInstanceOrABypass_areSeen() throws Exception {
        on(
                UnaryOperator.identity(),
                (system, patient) -> {
                    assertThat(ids(patient.visit())).containsExactly("no-instance");
                    system.startInstance("a");
                    Doctor.Client admin =
                            Patient.client(
                                    "break-glass",
                                    system.password("break-glass"),
                                    Optional.empty());
                    Diagnosis diagnosis = patient.visit(admin);
                    assertThat(ids(diagnosis)).containsExactly("client-bypasses-callout");
                    assertThat(diagnosis.findings().getFirst().mend())
                            .startsWith(
                                    "In each server's auth_callout: take break-glass out of auth_users");
                });
    }

    @Test
    void calloutInAnotherAccount_isSeen() throws Exception {
        on(
                replacing("account: AUTH", "account: APP"),
                (system, patient) -> {
                    system.startInstance("a");
                    assertThat(ids(patient.visit())).containsExactly("service-wrong-account");
                });
    }

    @Test
    void anotherXkeyOnTheServer_isSeen() throws Exception {
        try (Seed other = Seed.generate(NKeyType.CURVE, RANDOM)) {
            String key = other.publicKey().text();
            on(
                    replacing("xkey: \"X[A-Z2-7]{55}\"", "xkey: " + key),
                    (system, patient) -> {
                        system.startInstance("a");
                        assertThat(ids(patient.visit())).containsExactly("xkey-mismatch");
                    });
        }
    }

    @Test
    void noXkeyOnTheServer_isSeen() throws Exception {
        on(
                replacing("xkey: \"X[A-Z2-7]{55}\"", ""),
                (system, patient) -> {
                    system.startInstance("a");
                    assertThat(ids(patient.visit())).containsExactly("xkey-mismatch");
                });
    }

    @Test
    void anotherIssuerOnTheServer_isSeen() throws Exception {
        try (Seed other = Seed.generate(NKeyType.ACCOUNT, RANDOM)) {
            String key = other.publicKey().text();
            on(
                    replacing("issuer: \"A[A-Z2-7]{55}\"", "issuer: " + key),
                    (system, patient) -> {
                        system.startInstance("a");
                        assertThat(ids(patient.visit(patient.alice())))
                                .containsExactly("issuer-unknown");
                    });
        }
    }

    @Test
    void targetsThatServersDoNotKnow_areSeen() throws Exception {
        on(
                UnaryOperator.identity(),
                (system, patient) -> {
                    patient.replace("countersign.yaml", "\"APP\": ", "\"NOWHERE\": ");
                    patient.replace("policy.yaml", "account: \"APP\"", "account: NOWHERE");
                    system.startInstance("a");
                    assertThat(ids(patient.visit(patient.alice())))
                            .containsExactly("target-account-missing");
                    patient.replace("countersign.yaml", "(?m)^  system:.*$", "");
                    assertThat(ids(patient.visit(patient.alice())))
                            .containsExactly("target-account-missing", "no-system-credentials");
                });
    }

    @Test
    void keyInPlaceOfAName_isSeen() throws Exception {
        on(
                UnaryOperator.identity(),
                (system, patient) -> {
                    try (Seed account = Seed.generate(NKeyType.ACCOUNT, RANDOM)) {
                        String key = account.publicKey().text();
                        patient.replace("countersign.yaml", "\"APP\": ", key + ": ");
                        patient.replace("policy.yaml", "account: \"APP\"", "account: " + key);
                    }
                    system.startInstance("a");
                    assertThat(ids(patient.visit(patient.alice())))
                            .containsExactly("account-name-key-mixed-up");
                    patient.replace("countersign.yaml", "(?m)^  system:.*$", "");
                    assertThat(ids(patient.visit(patient.alice())))
                            .containsExactly("account-name-key-mixed-up", "no-system-credentials");
                });
    }

    @Test
    void shortTimeLimit_isSeen() throws Exception {
        on(
                replacing("timeout: 3", "timeout: 2"),
                (system, patient) -> {
                    system.startInstance("a");
                    assertThat(ids(patient.visit())).containsExactly("authorization-timeout");
                });
    }

    // Checklist 72.
    @Test
    void listenerOutsideTheGroup_isSeen() throws Exception {
        on(
                replacing(SUBSCRIBE_IN_GROUP, "\"\\$SYS.REQ.USER.AUTH\""),
                (system, patient) -> {
                    system.startInstance("a");
                    try (Seed seed = Seed.read(patient.file("keys/callout.nk"));
                            RawClient stranger = RawClient.connect(system.server())) {
                        Signer signer = Ed25519.best().signer(seed);
                        assertThat(
                                        stranger.login(
                                                Map.of("nkey", signer.key().text()), signer::sign))
                                .isInstanceOf(Login.Admitted.class);
                        stranger.subscribe(Examination.SUBJECT);
                        stranger.fence();
                        assertThat(ids(patient.visit())).containsExactly("queue-group-mixed");
                    }
                });
    }

    @Test
    void anotherUserInTheCalloutAccount_isSeen() throws Exception {
        UnaryOperator<String> change =
                conf ->
                        replacing("AUTH \\{\\s+users: \\[", "$0 { user: guest, password: guest }")
                                .andThen(replacing("auth_users: \\[", "$0 guest, "))
                                .apply(conf);
        on(
                change,
                (system, patient) -> {
                    system.startInstance("a");
                    try (RawClient guest = RawClient.connect(system.server())) {
                        assertThat(guest.login(Map.of("user", "guest", "pass", "guest")))
                                .isInstanceOf(Login.Admitted.class);
                        assertThat(ids(patient.visit())).containsExactly("callout-account-shared");
                    }
                });
    }

    @Test
    void serverThatIsGone_isSeen() throws Exception {
        on(
                UnaryOperator.identity(),
                (system, patient) -> {
                    system.server().kill();
                    Diagnosis diagnosis = patient.visit();
                    assertThat(diagnosis.reached()).isFalse();
                    assertThat(ids(diagnosis)).containsExactly("server-unreachable");
                });
    }
}
