// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static io.countersign.doctor.Patient.fresh;
import static io.countersign.doctor.Patient.ids;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.kit.Deployment;
import io.countersign.kit.Deployment.Mode;
import io.countersign.kit.Deployment.Plan;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.Wait;
import io.countersign.protocol.AccountAuthorization;
import io.countersign.protocol.AccountClaims;
import io.countersign.protocol.AccountLimits;
import io.countersign.protocol.CredsFile;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.Permissions;
import io.countersign.protocol.ScopedKey;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Faults of operator mode, made one at a time in one system. */
@Tag("beside")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoctorOperatorIT {
    private final Ed25519 ed25519 = Ed25519.best();
    private Deployment system;
    private Patient patient;
    private Resolver resolver;
    private MintedUsers users;

    @BeforeAll
    void start() throws Exception {
        system = Deployment.start(Plan.of(Mode.OPERATOR, NatsBinary.NEWEST));
        patient = new Patient(system);
        resolver = new Resolver(system.folder(), system.server().url());
        users = new MintedUsers(system.folder());
    }

    @AfterEach
    void recover() throws Exception {
        resolver.restore();
        patient.recover();
    }

    @AfterAll
    void end() {
        system.close();
    }

    @Test
    void clientOfAnotherAccount_isNotAskedAbout() throws Exception {
        Optional<byte[]> creds =
                Optional.of(Files.readAllBytes(patient.file("creds/operations.creds")));
        try (Instance _ = patient.instance()) {
            Diagnosis diagnosis = patient.visit(Patient.client("alice", "wonder", creds));
            assertThat(ids(diagnosis)).containsExactly("client-jwt-account");
        }
    }

    @Test
    void serviceNotInAuthUsers_isSeen() throws Exception {
        NKey service = userOf("creds/callout.creds");
        resolver.authUsers(List.of(fresh(NKeyType.USER)));
        Diagnosis diagnosis = patient.visit();
        assertThat(ids(diagnosis)).containsExactly("auth-users-miss-service");
        assertThat(diagnosis.findings().getFirst().mend())
                .isEqualTo(
                        "nsc edit authcallout --account AUTH --auth-user %s && nsc push --account AUTH"
                                .formatted(service));
    }

    @Test
    void clientInAuthUsers_bypassesTheService() throws Exception {
        List<NKey> users = List.of(userOf("creds/callout.creds"), userOf("creds/sentinel.creds"));
        try (Instance _ = patient.instance()) {
            resolver.authUsers(users);
            assertThat(ids(patient.visit(patient.alice())))
                    .containsExactly("client-bypasses-callout");
            patient.withoutSystem();
            assertThat(ids(patient.visit(patient.alice())))
                    .containsExactly("client-bypasses-callout", "no-system-credentials");
        }
    }

    @Test
    void noInstance_isSeen() throws Exception {
        assertThat(ids(patient.visit())).containsExactly("no-instance");
        patient.withoutSystem();
        assertThat(ids(patient.visit())).containsExactly("no-instance", "no-system-credentials");
    }

    @Test
    void serviceInAnotherAccount_isSeen() throws Exception {
        patient.write(
                "creds/callout.creds", Files.readAllBytes(patient.file("creds/operations.creds")));
        try (Instance _ = patient.refusedInstance()) {
            assertThat(ids(patient.visit())).containsExactly("service-wrong-account");
        }
    }

    @Test
    void anotherXkey_isSeen() throws Exception {
        try (Instance instance = patient.instance()) {
            resolver.xkey(fresh(NKeyType.CURVE));
            assertThat(ids(patient.visit())).containsExactly("xkey-mismatch");
            patient.withoutSystem();
            assertThat(ids(patient.visit()))
                    .containsExactly("xkey-mismatch", "no-system-credentials");
            patient.replace("countersign.yaml", "(?m)^  operations:.*$", "");
            assertThat(ids(patient.visit()))
                    .containsExactly("no-system-credentials", "login-unexplained");
            assertThat(instance.tally().dropped()).isEqualTo(3);
        }
    }

    @Test
    void serviceWithoutXkey_isSeen() throws Exception {
        patient.replace("countersign.yaml", "xkeys:.*", "sealed: false");
        try (Instance _ = patient.instance()) {
            assertThat(ids(patient.visit())).containsExactly("xkey-mismatch");
        }
    }

    @Test
    void unknownIssuer_isSeen() throws Exception {
        patient.anotherKey("keys/AUTH.signing.nk", NKeyType.ACCOUNT);
        try (Instance _ = patient.instance()) {
            assertThat(ids(patient.visit(patient.alice()))).containsExactly("issuer-unknown");
        }
    }

    @Test
    void unknownKeyOfTheTarget_isSeen() throws Exception {
        patient.anotherKey("keys/APP.signing.nk", NKeyType.ACCOUNT);
        try (Instance _ = patient.instance()) {
            Diagnosis diagnosis = patient.visit(patient.alice());
            assertThat(ids(diagnosis)).containsExactly("account-key-unknown");
            assertThat(diagnosis.steps())
                    .last()
                    .satisfies(step -> {
                        assertThat(step.name()).isEqualTo("accepted (n1)");
                        assertThat(step.mark()).isEqualTo(Step.Mark.BAD);
                    });
        }
    }

    @Test
    void targetNotAllowed_isSeen() throws Exception {
        try (Instance _ = patient.instance()) {
            resolver.allowedAccounts(List.of(accountOf("OTHER")));
            assertThat(ids(patient.visit(patient.alice())))
                    .containsExactly("target-account-not-allowed");
            patient.withoutSystem();
            assertThat(ids(patient.visit(patient.alice())))
                    .containsExactly("target-account-not-allowed", "no-system-credentials");
        }
    }

    @Test
    void targetThatServersDoNotKnow_isSeen() throws Exception {
        String other = accountOf("OTHER").text();
        patient.replace("countersign.yaml", other, fresh(NKeyType.ACCOUNT).text());
        try (Instance _ = patient.instance()) {
            assertThat(ids(patient.visit()))
                    .containsExactly("target-account-missing", "target-account-not-allowed");
        }
    }

    @Test
    void clockOfThisMachine_isCompared() throws Exception {
        Clock late = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-3));
        try (Instance _ = patient.instance()) {
            assertThat(ids(patient.visit(patient.alice(), late))).containsExactly("clock-skew");
        }
    }

    @Test
    void sentinelThatMayAct_isSeen() throws Exception {
        Optional<byte[]> creds = Optional.of(users.creds(MintedUsers.ALL, Optional.empty()));
        try (Instance _ = patient.instance()) {
            Diagnosis diagnosis =
                    patient.visit(Patient.client("alice", system.password("alice"), creds));
            assertThat(ids(diagnosis)).containsExactly("sentinel-may-act", "sentinel-not-bearer");
            assertThat(diagnosis.isHealthy()).isTrue();
        }
    }

    @Test
    void wrongPassword_isTheServicesAnswer() throws Exception {
        try (Instance _ = patient.instance()) {
            Diagnosis diagnosis =
                    patient.visit(Patient.client("alice", "guessed", patient.sentinel()));
            assertThat(ids(diagnosis)).containsExactly("client-refused");
            assertThat(diagnosis.findings().getFirst().seen()).startsWith("bad-credential (entry ");
            assertThat(diagnosis.toString()).doesNotContain("guessed");
        }
    }

    @Test
    void expiredCredentialsOfTheService_areSeen() throws Exception {
        Instant past = Clock.systemUTC().instant().minusSeconds(60);
        patient.write("creds/callout.creds", users.creds(Permissions.NONE, Optional.of(past)));
        assertThat(ids(patient.visit()))
                .containsExactly("auth-users-miss-service", "service-login-refused");
    }

    @Test
    void accountWithoutCallout_isSeen() throws Exception {
        try (Instance _ = patient.instance()) {
            resolver.withoutCallout();
            assertThat(ids(patient.visit(patient.alice())))
                    .containsExactly("callout-not-configured");
        }
    }

    /** A push each, under one instance. */
    @Test
    void accountsThatWillNotDo_areSeen() throws Exception {
        Instant now = Clock.systemUTC().instant();
        try (Instance _ = patient.instance()) {
            resolver.change("AUTH", it -> it.withLimits(limits(40)));
            assertThat(ids(patient.visit(patient.alice())))
                    .containsExactly("callout-account-limited");
            resolver.change("AUTH", it -> it.withExpiry(now.plus(Duration.ofDays(3))));
            assertThat(ids(patient.visit(patient.alice()))).containsExactly("account-expires-soon");
            AccountAuthorization old = resolver.authorization();
            resolver.change(
                    "AUTH",
                    it ->
                            it.withAuthorization(
                                    new AccountAuthorization(
                                            old.authUsers(), List.of(), true, old.xkey())));
            assertThat(ids(patient.visit(patient.alice()))).containsExactly("any-account-allowed");
            resolver.restore();
            resolver.change("APP", it -> it.withKeys(List.of(), List.of(scoped(it))));
            Diagnosis scoped = patient.visit(patient.alice());
            assertThat(ids(scoped)).containsExactly("scoped-key-mixed-up");
            assertThat(scoped.findings().getFirst().mend()).contains("accounts.APP.scoped: true");
            Instant end = Clock.systemUTC().instant().plusSeconds(1);
            resolver.change("APP", it -> it.withExpiry(end));
            Wait.until(
                    "the JWT has expired",
                    Duration.ofSeconds(20),
                    () -> Clock.systemUTC().instant().isAfter(end.plusSeconds(1)));
            assertThat(ids(patient.visit(patient.alice()))).containsExactly("account-expired");
        }
    }

    private static AccountLimits limits(long connections) {
        return new AccountLimits(connections, -1, -1, -1, false, Optional.empty());
    }

    private static ScopedKey scoped(AccountClaims claims) {
        return new ScopedKey(claims.signingKeys().getFirst(), "app", MintedUsers.ALL, false);
    }

    @Test
    void credentialsThatExpireSoon_areSeen() throws Exception {
        Instant end = Clock.systemUTC().instant().plus(Duration.ofDays(2));
        Permissions permissions;
        try (CredsFile creds =
                CredsFile.parse(Files.readAllBytes(patient.file("creds/callout.creds")))) {
            permissions =
                    new JwtReader(ed25519)
                            .readUser(creds.jwt())
                            .claims()
                            .permissions()
                            .orElseThrow();
        }
        patient.write(
                "creds/callout.creds",
                users.renewed("creds/callout.creds", permissions, Optional.of(end)));
        try (Instance _ = patient.instance()) {
            assertThat(ids(patient.visit())).containsExactly("credentials-expire-soon");
        }
    }

    private NKey userOf(String creds) throws Exception {
        try (CredsFile read = CredsFile.parse(Files.readAllBytes(patient.file(creds)))) {
            return read.seed().publicKey();
        }
    }

    private NKey accountOf(String name) throws Exception {
        return users.account(name);
    }
}
