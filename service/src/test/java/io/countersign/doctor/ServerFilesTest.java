// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static io.countersign.doctor.Patient.fresh;
import static io.countersign.doctor.Patient.ids;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.crypto.NKeyType;
import io.countersign.kit.Deployment;
import io.countersign.kit.Deployment.Mode;
import io.countersign.kit.Deployment.Plan;
import io.countersign.kit.NatsBinary;
import io.countersign.protocol.Permissions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults of servers' files, as set-up made them, seen without any server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerFilesTest {
    private static final String HASH =
            "$2a$11$3kIDaCxw.Glsl1.u5nKa6eUnNDLV5HV9tIuUp7EHhMt6Nm9myW1aS";

    private final Map<Path, String> saved = new LinkedHashMap<>();
    private Deployment fixed;
    private Deployment operator;
    private MintedUsers users;

    @BeforeAll
    void setUp() {
        fixed = Deployment.prepared(Plan.of(Mode.STATIC, NatsBinary.NEWEST).withServers(2));
        operator = Deployment.prepared(Plan.of(Mode.OPERATOR, NatsBinary.NEWEST));
        users = new MintedUsers(operator.folder());
    }

    @AfterEach
    void restore() throws Exception {
        for (Map.Entry<Path, String> each : saved.entrySet()) {
            Files.writeString(each.getKey(), each.getValue());
        }
        saved.clear();
    }

    @AfterAll
    void end() {
        fixed.close();
        operator.close();
    }

    private static List<Path> servers(Deployment system) throws Exception {
        try (var files = Files.list(system.folder().resolve("servers"))) {
            return files.sorted().toList();
        }
    }

    private Diagnosis look(Deployment system) throws Exception {
        Surroundings surroundings = new Surroundings(Map.of(), Optional.of("a"));
        return new Doctor(new Secrets(Map.of()), Clock.systemUTC(), new SecureRandom())
                .examine(
                        new Doctor.Order(
                                ServiceConfig.load(system.configuration(), surroundings),
                                system.configuration(),
                                List.of(),
                                servers(system),
                                Doctor.Client.invented(),
                                Optional.empty(),
                                Duration.ofSeconds(1),
                                false));
    }

    /** In one file. */
    private void change(Path file, String old, String with) throws Exception {
        String text = Files.readString(file);
        assertThat(text).containsPattern(old);
        saved.putIfAbsent(file, text);
        Files.writeString(file, text.replaceFirst(old, with));
    }

    private void changeAll(Deployment system, String old, String with) throws Exception {
        for (Path server : servers(system)) {
            change(server, old, with);
        }
    }

    @Test
    void filesOfSetup_haveNoFindings() throws Exception {
        for (Deployment system : List.of(fixed, operator)) {
            Diagnosis diagnosis = look(system);
            assertThat(diagnosis.findings()).isEmpty();
            assertThat(diagnosis.isHealthy() && diagnosis.reached()).isTrue();
        }
    }

    /** Quotes are typed as ', because these are lines of CSV. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "mode-mixed-up                | server_name:                   | operator: x.jwt, server_name:",
                "system-account-off           | server_name:                   | no_system_account: true, server_name:",
                "callout-account-unknown      | account: AUTH                  | account: NOBODY",
                "callout-account-global       | account: AUTH                  | # no account",
                "auth-user-unknown            | auth_users: \\[               | auth_users: [ nobody,",
                "allowed-accounts-incomplete  | allowed_accounts: (.*), 'APP'  | allowed_accounts: $1",
                "allowed-accounts-incomplete  | allowed_accounts: \\['AUTH',   | allowed_accounts: [",
                "no-auth-user                 | server_name:                   | no_auth_user: break-glass, server_name:",
                "leafnodes-bypass-callout     | server_name:                   | leafnodes { port: -1, authorization { user: l, pass: l, account: AUTH } }, server_name:",
                "routes-open                  | authorization \\{ user: .*     | #",
                "server-password-clear        | 'APP' \\{                      | 'APP' { users: [ { user: bob, password: builder } ],",
                "issuer-unknown               | issuer: 'A[A-Z2-7]{55}'        | issuer: 'ABSIC7QTLE4HOZ22AZHPXNHPOBRDNNVEUSPYVP4SYNQR2A3GHDVJDTLR'",
                "auth-users-miss-service      | auth_users: \\['U[A-Z2-7]{55}',| auth_users: [",
                "xkey-mismatch                | xkey: 'X[A-Z2-7]{55}'          | # no xkey",
                "target-account-missing       | 'OTHER' \\{.*                  | 'ELSE' { }",
                "callout-not-configured       | auth_callout \\{               | somewhere_else {",
            })
    void faultOfStaticMode_isSeenInTheFile(String id, String old, String with) throws Exception {
        changeAll(fixed, old.replace('\'', '"'), with.replace('\'', '"'));
        assertThat(ids(look(fixed))).containsExactly(id);
    }

    @Test
    void applicationsUserAmongAuthUsers_isSeen() throws Exception {
        changeAll(
                fixed,
                "\"APP\" \\{",
                "\"APP\" { users: [ { user: bob, password: \"%s\" } ],"
                        .formatted(HASH.replace("$", "\\$")));
        changeAll(fixed, "auth_users: \\[", "auth_users: [ bob, ");
        Diagnosis diagnosis = look(fixed);
        assertThat(ids(diagnosis)).containsExactly("auth-users-too-wide");
        assertThat(diagnosis.findings().getFirst().seen())
                .contains("n1.conf: auth_users has users of applications: bob");
    }

    @Test
    void serversThatDisagree_areSeen() throws Exception {
        change(servers(fixed).get(1), "auth_users: \\[(.*), \"break-glass\"", "auth_users: [$1");
        assertThat(ids(look(fixed))).containsExactly("servers-disagree");
    }

    /** In the middle of a rotation they may have either of our keys. */
    @Test
    void serversWithOurOldAndOurNewKey_doNotDisagree() throws Exception {
        Path old = fixed.folder().resolve("keys/xkey.old.nk");
        Files.copy(fixed.folder().resolve("keys/xkey.nk"), old);
        Path key = fixed.folder().resolve("keys/xkey.nk");
        saved.put(key, Files.readString(key));
        Files.delete(key);
        try (var seed = io.countersign.crypto.Seed.generate(NKeyType.CURVE, new SecureRandom())) {
            seed.write(key);
            change(
                    servers(fixed).get(1),
                    "xkey: \"X[A-Z2-7]{55}\"",
                    "xkey: \"" + seed.publicKey() + "\"");
        }
        change(fixed.configuration(), "keys/xkey.nk", "keys/xkey.nk, keys/xkey.old.nk");
        assertThat(look(fixed).findings()).isEmpty();
        Files.delete(old);
    }

    @Test
    void sentinelThatServersCannotUse_isSeen() throws Exception {
        sentinel(users.jwt("AUTH", Permissions.NONE, false), "is no bearer token");
        sentinel(users.jwt("AUTH", MintedUsers.ALL, true), "may publish or subscribe");
        sentinel(users.jwt("APP", Permissions.NONE, true), "is of account A");
        sentinel("eyJ", "is no user JWT");
    }

    private void sentinel(String jwt, String seen) throws Exception {
        changeAll(operator, "default_sentinel: \".*\"", "default_sentinel: \"" + jwt + "\"");
        Diagnosis diagnosis = look(operator);
        assertThat(ids(diagnosis)).containsExactly("default-sentinel-unfit");
        assertThat(diagnosis.findings().getFirst().seen()).contains(seen);
    }

    @Test
    void identityKeyInTheService_isSeen() throws Exception {
        Path offline = operator.folder().resolve("keys/offline/AUTH.nk");
        change(
                operator.configuration(),
                "issuers: .*",
                "issuers: [keys/AUTH.signing.nk, " + offline + "]");
        assertThat(ids(look(operator))).containsExactly("identity-key-online");
    }

    @Test
    void systemCredentialsThatAreNotUsed_areSeen() throws Exception {
        change(fixed.configuration(), "cluster: test", "cluster: test\naccept-servers: any");
        assertThat(ids(look(fixed))).containsExactly("servers-not-checked");
    }

    @Test
    void filesThatOthersMayChangeOrRead_areSeenAndMended() throws Exception {
        Path policy = fixed.folder().resolve("policy.yaml");
        Path people = fixed.folder().resolve("users.yaml");
        Files.setPosixFilePermissions(policy, PosixFilePermissions.fromString("rw-rw-r--"));
        Files.setPosixFilePermissions(people, PosixFilePermissions.fromString("rw-r--r--"));
        Diagnosis diagnosis = look(fixed);
        assertThat(ids(diagnosis)).containsExactly("file-open-to-others");
        assertThat(diagnosis.fixes())
                .extracting(ModeFix::command)
                .containsExactly("chmod 644 " + policy, "chmod 640 " + people);
        for (ModeFix fix : diagnosis.fixes()) {
            fix.apply();
        }
        assertThat(look(fixed).findings()).isEmpty();
    }

    @Test
    void questionsInTheClear_areSeen() throws Exception {
        change(fixed.configuration(), "xkeys:.*", "sealed: false");
        changeAll(fixed, "xkey: \"X[A-Z2-7]{55}\"", "");
        assertThat(ids(look(fixed))).containsExactly("clear-questions");
        changeAll(fixed, "issuer:", "xkey: " + fresh(NKeyType.CURVE) + ", issuer:");
        assertThat(ids(look(fixed))).containsExactly("xkey-mismatch");
    }

    @Test
    void trailOnAFullDisk_isSeen() throws Exception {
        Path disk = Files.createDirectory(fixed.folder().resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString());
        try {
            change(
                    fixed.configuration(),
                    "cluster: test",
                    "cluster: test\naudit: { directory: disk/audit }");
            Diagnosis diagnosis = look(fixed);
            assertThat(ids(diagnosis)).containsExactly("trail-disk-short");
            assertThat(diagnosis.findings().getFirst().seen()).startsWith("8 MiB are left");
        } finally {
            run("umount", disk.toString());
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).isZero();
    }
}
