// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static io.countersign.doctor.Patient.ids;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.callout.Secrets;
import io.countersign.cli.Instance;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.kit.Deployment;
import io.countersign.kit.Deployment.Mode;
import io.countersign.kit.Deployment.Plan;
import io.countersign.kit.NatsBinary;
import io.countersign.nats.PlainConnection;
import io.countersign.protocol.CredsFile;
import io.countersign.protocol.InvalidJwt;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.Permissions;
import io.countersign.protocol.Placement;
import io.countersign.protocol.SubjectPermissions;
import io.countersign.protocol.UserClaims;
import io.countersign.protocol.UserJwt;
import io.countersign.setup.AccountChange;
import io.countersign.setup.AccountPush;
import io.countersign.setup.ClaimsPublisher.ServerAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults of operator mode, made one at a time. */
class DoctorOperatorIT {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Ed25519 ed25519 = Ed25519.best();
    private Deployment system;
    private Patient patient;

    @BeforeEach
    void start() {
        system = Deployment.start(Plan.of(Mode.OPERATOR, NatsBinary.NEWEST));
        patient = Patient.of(system);
    }

    @AfterEach
    void end() {
        system.close();
    }

    @Test
    void clientOfAnotherAccount_isNotAskedAbout() throws Exception {
        system.startInstance("a");
        Optional<byte[]> creds = Optional.of(Files.readAllBytes(file("creds/operations.creds")));
        Diagnosis diagnosis = patient.visit(Patient.client("alice", "wonder", creds));
        assertThat(ids(diagnosis)).containsExactly("client-jwt-account");
    }

    @Test
    void serviceNotInAuthUsers_isSeen() throws Exception {
        push(new AccountChange.AddAuthUser(fresh(NKeyType.USER)));
        push(new AccountChange.RemoveAuthUser(userOf("creds/callout.creds")));
        assertThat(ids(patient.visit())).containsExactly("auth-users-miss-service");
    }

    @Test
    void clientInAuthUsers_bypassesTheService() throws Exception {
        system.startInstance("a");
        push(new AccountChange.AddAuthUser(userOf("creds/sentinel.creds")));
        assertThat(ids(patient.visit(patient.alice()))).containsExactly("client-bypasses-callout");
        withoutSystem();
        assertThat(ids(patient.visit(patient.alice())))
                .containsExactly("client-bypasses-callout", "no-system-credentials");
    }

    @Test
    void noInstance_isSeen() throws Exception {
        assertThat(ids(patient.visit())).containsExactly("no-instance");
        withoutSystem();
        assertThat(ids(patient.visit())).containsExactly("no-instance", "no-system-credentials");
    }

    @Test
    void serviceInAnotherAccount_isSeen() throws Exception {
        Files.write(
                file("creds/callout.creds"), Files.readAllBytes(file("creds/operations.creds")));
        system.startInstance("a");
        assertThat(ids(patient.visit())).containsExactly("service-wrong-account");
    }

    @Test
    void anotherXkey_isSeen() throws Exception {
        Instance instance = system.startInstance("a");
        push(new AccountChange.SealFor(fresh(NKeyType.CURVE)));
        assertThat(ids(patient.visit())).containsExactly("xkey-mismatch");
        withoutSystem();
        assertThat(ids(patient.visit())).containsExactly("xkey-mismatch", "no-system-credentials");
        assertThat(instance.tally().dropped()).isPositive();
    }

    @Test
    void serviceWithoutXkey_isSeen() throws Exception {
        patient.replace("countersign.yaml", "xkeys:.*", "sealed: false");
        system.startInstance("a");
        assertThat(ids(patient.visit())).containsExactly("xkey-mismatch");
    }

    @Test
    void unknownIssuer_isSeen() throws Exception {
        replaceKey("keys/AUTH.signing.nk");
        system.startInstance("a");
        assertThat(ids(patient.visit(patient.alice()))).containsExactly("issuer-unknown");
    }

    @Test
    void unknownKeyOfTheTarget_isSeen() throws Exception {
        replaceKey("keys/APP.signing.nk");
        system.startInstance("a");
        assertThat(ids(patient.visit(patient.alice()))).containsExactly("account-key-unknown");
        withoutSystem();
        assertThat(ids(patient.visit(patient.alice())))
                .containsExactly("account-key-unknown", "no-system-credentials");
    }

    @Test
    void targetNotAllowed_isSeen() throws Exception {
        system.startInstance("a");
        push(new AccountChange.DisallowAccount(accountOf("APP")));
        assertThat(ids(patient.visit(patient.alice())))
                .containsExactly("target-account-not-allowed");
        withoutSystem();
        assertThat(ids(patient.visit(patient.alice())))
                .containsExactly("target-account-not-allowed", "no-system-credentials");
    }

    @Test
    void targetThatServersDoNotKnow_isSeen() throws Exception {
        String other = accountOf("OTHER").text();
        patient.replace("countersign.yaml", other, fresh(NKeyType.ACCOUNT).text());
        system.startInstance("a");
        assertThat(ids(patient.visit()))
                .containsExactly("target-account-missing", "target-account-not-allowed");
    }

    @Test
    void clockOfThisMachine_isCompared() throws Exception {
        system.startInstance("a");
        Patient late = new Patient(system, Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-3)));
        assertThat(ids(late.visit())).containsExactly("clock-skew");
    }

    @Test
    void sentinelThatMayAct_isSeen() throws Exception {
        system.startInstance("a");
        Permissions all =
                new Permissions(SubjectPermissions.ALL, SubjectPermissions.ALL, Optional.empty());
        Doctor.Client client =
                Patient.client("alice", system.password("alice"), Optional.of(creds(all, false)));
        assertThat(ids(patient.visit(client)))
                .containsExactly("sentinel-may-act", "sentinel-not-bearer");
    }

    @Test
    void wrongPassword_isTheServicesAnswer() throws Exception {
        system.startInstance("a");
        Diagnosis diagnosis = patient.visit(Patient.client("alice", "guessed", patient.sentinel()));
        assertThat(ids(diagnosis)).containsExactly("client-refused");
        assertThat(diagnosis.findings().getFirst().seen()).startsWith("bad-credential (entry ");
    }

    private Path file(String name) {
        return patient.file(name);
    }

    private void withoutSystem() throws IOException {
        patient.replace("countersign.yaml", "(?m)^  system:.*$", "");
    }

    private void replaceKey(String name) throws Exception {
        Files.delete(file(name));
        try (Seed seed = Seed.generate(NKeyType.ACCOUNT, RANDOM)) {
            seed.write(file(name));
        }
    }

    /** Of a new user of the callout account. */
    private byte[] creds(Permissions permissions, boolean bearer) throws Exception {
        try (Seed user = Seed.generate(NKeyType.USER, RANDOM);
                Seed signing = Seed.read(file("keys/AUTH.signing.nk"))) {
            UserClaims claims =
                    new UserClaims(
                            user.publicKey(),
                            "sentinel",
                            Optional.of(permissions),
                            Clock.systemUTC().instant(),
                            Optional.empty(),
                            List.of(),
                            bearer);
            byte[] jwt =
                    UserJwt.mint(
                            claims,
                            new Placement.ByKey(accountOf("AUTH")),
                            ed25519.signer(signing));
            return CredsFile.write(jwt, user);
        }
    }

    private NKey userOf(String creds) throws Exception {
        try (CredsFile read = CredsFile.parse(Files.readAllBytes(file(creds)))) {
            return read.seed().publicKey();
        }
    }

    private NKey accountOf(String name) throws Exception {
        byte[] jwt = Files.readAllBytes(file("accounts/" + name + ".jwt"));
        return new JwtReader(ed25519).readAccount(jwt).claims().subject();
    }

    private static NKey fresh(NKeyType type) {
        try (Seed seed = Seed.generate(type, RANDOM)) {
            return seed.publicKey();
        }
    }

    private void push(AccountChange change) throws Exception {
        AccountPush.Report report =
                new AccountPush(ed25519, this::publish, Clock.systemUTC())
                        .run(
                                AccountPush.Options.of(
                                        system.folder(),
                                        "AUTH",
                                        List.of(change),
                                        1,
                                        Duration.ofSeconds(20)));
        assertThat(report.isEverywhere()).as(() -> report.lines().toString()).isTrue();
    }

    private List<ServerAnswer> publish(byte[] jwt, Duration within) throws IOException {
        try (var connection =
                PlainConnection.dial(system.server().url(), Optional.empty(), within)) {
            OwnLogin login =
                    new LoginReader(new Secrets(Map.of()), ed25519)
                            .credentials(Files.readAllBytes(file("creds/system.creds")), "system");
            connection.login(login.login(), "push", within);
            return connection.ask("$SYS.REQ.CLAIMS.UPDATE", jwt, 1, within, within).stream()
                    .<ServerAnswer>map(it ->
                            it.json().has("error")
                                    ? new ServerAnswer.Refused("n1", it.json().toString())
                                    : new ServerAnswer.Accepted("n1"))
                    .toList();
        } catch (InvalidKey | InvalidJwt e) {
            throw new IOException(e);
        }
    }
}
