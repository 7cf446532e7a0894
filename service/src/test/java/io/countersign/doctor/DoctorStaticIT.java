// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static io.countersign.doctor.Patient.fresh;
import static io.countersign.doctor.Patient.ids;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.cli.Instance;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.kit.Certificates;
import io.countersign.kit.CheapHash;
import io.countersign.kit.Deployment;
import io.countersign.kit.Deployment.Mode;
import io.countersign.kit.Deployment.Plan;
import io.countersign.kit.FreePorts;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Faults of static mode, made one at a time in one system: servers do not show their auth_callout,
 * so a login has to.
 */
@Tag("beside")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoctorStaticIT {
    private static final String IN_GROUP = "\"\\$SYS.REQ.USER.AUTH countersign\"";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** As many as the doctor takes for more than a machine with some services. */
    private static final int CROWD = 10;

    private Deployment system;
    private Patient patient;

    @BeforeAll
    void start() {
        system = Deployment.start(Plan.of(Mode.STATIC, NatsBinary.NEWEST));
        patient = new Patient(system);
    }

    @AfterEach
    void recover() throws Exception {
        patient.recover();
    }

    @AfterAll
    void end() {
        system.close();
    }

    private static UnaryOperator<String> replacing(String old, String with) {
        return conf -> {
            assertThat(conf).containsPattern(old);
            return conf.replaceFirst(old, with);
        };
    }

    @Test
    void serviceNotInAuthUsers_isSeen() throws Exception {
        patient.serverWith(replacing("auth_users: \\[\"U[A-Z2-7]{55}\", ", "auth_users: ["));
        assertThat(ids(patient.visit())).containsExactly("auth-users-miss-service");
    }

    @Test
    void strangersKeyOfTheService_isRefused() throws Exception {
        try (Instance _ = patient.instance()) {
            patient.anotherKey("keys/callout.nk", NKeyType.USER);
            assertThat(ids(patient.visit())).containsExactly("service-login-refused");
        }
    }

    @Test
    void noInstanceOrABypass_areSeen() throws Exception {
        assertThat(ids(patient.visit())).containsExactly("no-instance");
        try (Instance _ = patient.instance()) {
            Diagnosis diagnosis =
                    patient.visit(
                            Patient.client(
                                    "break-glass",
                                    system.password("break-glass"),
                                    Optional.empty()));
            assertThat(ids(diagnosis)).containsExactly("client-bypasses-callout");
            assertThat(diagnosis.findings().getFirst().mend())
                    .contains("take break-glass out of auth_users");
        }
    }

    /** One after the other, so that a restart for each will do. Quotes are typed as '. */
    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "service-wrong-account  | account: AUTH             | account: APP",
                "xkey-mismatch          | xkey: 'X[A-Z2-7]{55}'     | xkey: CURVE",
                "xkey-mismatch          | xkey: 'X[A-Z2-7]{55}'     | # none",
                "issuer-unknown         | issuer: 'A[A-Z2-7]{55}'   | issuer: ACCOUNT",
                "authorization-timeout  | timeout: 3                | timeout: 2",
                "service-may-not-answer | '\\$SYS._INBOX.>',       | ",
            })
    void faultOfTheServersFile_isSeenByALogin(String id, String old, @Nullable String with)
            throws Exception {
        patient.serverWith(
                replacing(
                        old.replace('\'', '"'),
                        Objects.requireNonNullElse(with, "")
                                .replace("CURVE", fresh(NKeyType.CURVE).text())
                                .replace("ACCOUNT", fresh(NKeyType.ACCOUNT).text())));
        try (Instance _ = patient.instance()) {
            assertThat(ids(patient.visit(patient.alice()))).containsExactly(id);
        }
    }

    @Test
    void targetsThatServersDoNotKnow_areSeen() throws Exception {
        place("NOWHERE");
        try (Instance _ = patient.instance()) {
            assertThat(ids(patient.visit(patient.alice())))
                    .containsExactly("target-account-missing");
            patient.withoutSystem();
            assertThat(ids(patient.visit(patient.alice())))
                    .containsExactly("target-account-missing", "no-system-credentials");
        }
    }

    @Test
    void keyInPlaceOfAName_isSeen() throws Exception {
        place(fresh(NKeyType.ACCOUNT).text());
        try (Instance _ = patient.instance()) {
            assertThat(ids(patient.visit(patient.alice())))
                    .containsExactly("account-name-key-mixed-up");
        }
    }

    /** Users of the policy go into another account than APP. */
    private void place(String account) throws Exception {
        patient.replace("countersign.yaml", "\"APP\": ", account + ": ");
        patient.replace("policy.yaml", "account: \"APP\"", "account: " + account);
    }

    @Test
    void systemCredentialsOfAnotherAccount_makeServersUnknown() throws Exception {
        patient.replace("countersign.yaml", "keys/system.nk", "keys/operations.nk");
        try (Instance _ = patient.instance()) {
            assertThat(ids(patient.visit())).containsExactly("server-unknown-to-service");
        }
    }

    // Checklist 72.
    @Test
    void listenerOutsideTheGroup_isSeen() throws Exception {
        patient.serverWith(replacing(IN_GROUP, "\"\\$SYS.REQ.USER.AUTH\""));
        try (Instance _ = patient.instance();
                Seed seed = Seed.read(patient.file("keys/callout.nk"));
                RawClient stranger = RawClient.connect(system.server())) {
            Signer signer = Ed25519.best().signer(seed);
            assertThat(stranger.login(Map.of("nkey", signer.key().text()), signer::sign))
                    .isInstanceOf(Login.Admitted.class);
            stranger.subscribe(Examination.SUBJECT);
            stranger.fence();
            assertThat(ids(patient.visit())).containsExactly("queue-group-mixed");
        }
    }

    @Test
    void anotherUserInTheCalloutAccount_isSeen() throws Exception {
        patient.serverWith(conf ->
                replacing("AUTH \\{\\s+users: \\[", "$0 { user: guest, password: guest }")
                        .andThen(replacing("auth_users: \\[", "$0 guest, "))
                        .apply(conf));
        try (Instance _ = patient.instance();
                RawClient guest = RawClient.connect(system.server())) {
            assertThat(guest.login(Map.of("user", "guest", "pass", "guest")))
                    .isInstanceOf(Login.Admitted.class);
            assertThat(ids(patient.visit())).containsExactly("callout-account-shared");
        }
    }

    @Test
    void serverThatIsGone_isSeen() throws Exception {
        system.server().stop();
        Diagnosis diagnosis = patient.visit();
        system.server().restart();
        assertThat(diagnosis.reached()).isFalse();
        assertThat(ids(diagnosis)).containsExactly("server-unreachable");
    }

    /** What it takes the words of others for: nothing has to be started anew for these. */
    @Test
    void oddSettings_areSeen() throws Exception {
        try (Instance _ = patient.instance()) {
            patient.replace("countersign.yaml", "\"APP\":", "SYS: { }\n  \"APP\":");
            assertThat(ids(patient.visit())).containsExactly("system-account-target");
            patient.replace("countersign.yaml", "SYS: \\{ }", "");
            patient.replace(
                    "countersign.yaml", "cluster: test", "cluster: test\naccept-servers: any");
            assertThat(ids(patient.visit())).containsExactly("servers-not-checked");
            patient.replace("countersign.yaml", "accept-servers: any", "");
            Path conf = system.server().configuration();
            FileTime before = Files.getLastModifiedTime(conf);
            Files.setLastModifiedTime(
                    conf, FileTime.from(Clock.systemUTC().instant().plusSeconds(60)));
            assertThat(ids(patient.visitWithFiles())).containsExactly("server-file-newer");
            Files.setLastModifiedTime(conf, before);
        }
    }

    @Test
    void refusedLoginsBesideTheCallout_areSeen() throws Exception {
        patient.anotherKey("keys/system.nk", NKeyType.USER);
        try (Instance _ = patient.instance()) {
            assertThat(ids(patient.visit())).containsExactly("system-login-refused");
        }
        patient.recover();
        try (Instance _ = patient.instance()) {
            patient.anotherKey("keys/operations.nk", NKeyType.USER);
            assertThat(ids(patient.visit())).containsExactly("operations-login-refused");
        }
    }

    /** With a system that works otherwise, in one go: a restart each would take too long. */
    @Test
    void weaknessesOfTheServer_areSeen() throws Exception {
        patient.serverWith(conf ->
                replacing("COUNTERSIGN \\{\\s+jetstream: enabled", "COUNTERSIGN {")
                        .andThen(replacing("server_name:", "no_auth_user: \"break-glass\"\n$0"))
                        .apply(conf));
        try (Instance _ = patient.instance()) {
            assertThat(ids(patient.visit())).containsExactly("no-auth-user", "jetstream-off");
        }
    }

    @Test
    void calloutInTheGlobalAccount_isSeen() throws Exception {
        Matcher user =
                Pattern.compile("AUTH \\{\n    users: \\[\n(.*?)\n    \\]\n  \\}", Pattern.DOTALL)
                        .matcher(Files.readString(system.server().configuration()));
        assertThat(user.find()).isTrue();
        patient.serverWith(conf ->
                replacing("account: AUTH", "")
                        .andThen(text -> text.replace(user.group(), ""))
                        .andThen(text -> text.replaceFirst("\\[\"AUTH\", ", "["))
                        .andThen(text ->
                                text.replace(
                                        "timeout: 3", "timeout: 3, users: [" + user.group(1) + "]"))
                        .apply(conf));
        patient.replace("countersign.yaml", "callout-account: .*", "callout-account: \"\\$G\"");
        try (Instance _ = patient.instance()) {
            assertThat(ids(patient.visit())).containsExactly("callout-account-global");
        }
    }

    @Test
    void instancesThatAreNotOne_areSeen() throws Exception {
        try (Instance _ = patient.instance()) {
            try (Instance _ =
                    patient.second("b", text -> text.replace("cluster: test", "cluster: prod"))) {
                assertThat(ids(patient.visit())).containsExactly("clusters-mixed");
            }
            Files.writeString(
                    patient.file("other-policy.yaml"),
                    Files.readString(patient.file("policy.yaml"))
                            .replaceFirst("expires: 1h", "expires: 2h"));
            try (Instance _ =
                    patient.second(
                            "c", text -> text.replace("policy: policy", "policy: other-policy"))) {
                Diagnosis diagnosis = patient.visit();
                assertThat(ids(diagnosis)).containsExactly("instances-differ", "instances-apart");
                assertThat(diagnosis.findings().getFirst().seen())
                        .startsWith("revision: a has ")
                        .contains(", c has ");
            }
        }
    }

    /** Both answer, each with a member of its own; then one that knows where the other is. */
    @Test
    void instancesThatDoNotSeeOneAnother_areSeen() throws Exception {
        List<Integer> ports = FreePorts.several(2);
        patient.replace(
                "countersign.yaml",
                "cluster: test",
                "cluster: test\n" + network(ports.get(0), ports.get(0)));
        try (Instance _ = patient.instance()) {
            UnaryOperator<String> alone =
                    text ->
                            text.replaceFirst(
                                    "cluster-network:.*", network(ports.get(1), ports.get(1)));
            try (Instance _ = patient.second("d", alone)) {
                Diagnosis diagnosis = patient.visit();
                assertThat(ids(diagnosis)).containsExactly("instances-apart");
                assertThat(diagnosis.findings().getFirst().seen())
                        .isEqualTo("a sees 1 of 2, d sees 1 of 2");
            }
            UnaryOperator<String> together =
                    text ->
                            text.replaceFirst(
                                    "cluster-network:.*", network(ports.get(1), ports.get(0)));
            try (Instance _ = patient.second("d", together)) {
                assertThat(ids(patient.visit())).isEmpty();
            }
        }
    }

    private static String network(int listen, int member) {
        return "cluster-network: {listen: \"127.0.0.1:%d\", members: [\"127.0.0.1:%d\"]}"
                .formatted(listen, member);
    }

    /** As behind a proxy: here everybody comes from the loopback. */
    @Test
    void throttleThatLocksEverybodyBehindOneAddress_isSeen() throws Exception {
        String hash = CheapHash.of("pass").encoded();
        StringBuilder users = new StringBuilder(Files.readString(patient.file("users.yaml")));
        for (int i = 0; i < CROWD; i++) {
            users.append(
                    "  - { name: clerk%d, password: \"%s\", groups: [app] }%n".formatted(i, hash));
        }
        patient.write("users.yaml", users.toString().getBytes(StandardCharsets.UTF_8));
        List<RawClient> clerks = new ArrayList<>();
        try (Instance _ = patient.instance()) {
            for (int i = 0; i < CROWD; i++) {
                RawClient clerk = RawClient.connect(system.server());
                clerks.add(clerk);
                assertThat(clerk.login(Map.of("user", "clerk" + i, "pass", "pass"), PATIENCE))
                        .isInstanceOf(Login.Admitted.class);
            }
            assertThat(ids(patient.visit())).isEmpty();
            throttles("");
            Diagnosis diagnosis = patient.visit();
            assertThat(ids(diagnosis)).containsExactly("throttle-locks-crowd");
            assertThat(diagnosis.findings().getFirst().seen())
                    .contains(" from 127.0.0.1/32, which rule spray locks");
            throttles(", except: [127.0.0.0/8]");
            assertThat(ids(patient.visit())).isEmpty();
        } finally {
            clerks.forEach(RawClient::close);
        }
    }

    private void throttles(String more) throws Exception {
        patient.replace(
                "countersign.yaml",
                "cluster: test\\n(throttles:\\n.*\\n)?",
                "cluster: test\nthrottles:\n  - { name: spray, key: [address], distinct-users: 20%s }\n"
                        .formatted(more));
    }

    /** A server that could be one of ours, and is alone. */
    @Test
    void serversThatAreNotOneSystem_areSeen() throws Exception {
        int port = FreePorts.one();
        patient.replace(
                "countersign.yaml",
                "(- \"nats://127.*)",
                "$1\n    - \"nats://127.0.0.1:" + port + "\"");
        assertThat(besideServer("n1", port)).containsExactly("server-names-equal");
        assertThat(besideServer("n2", port)).containsExactly("servers-apart");
    }

    private List<String> besideServer(String name, int port) throws Exception {
        String conf = Files.readString(system.server().configuration());
        Path other = patient.file("servers/other.conf");
        Files.writeString(
                other,
                conf.replaceFirst("listen:.*", "")
                        .replaceFirst("server_name:.*", "server_name: " + name)
                        .replaceFirst("store_dir: \"(.*)\"", "store_dir: \"$1-" + name + "\""));
        try (NatsServer _ = NatsServer.start(NatsBinary.NEWEST, other, port);
                Instance _ = patient.instance()) {
            return ids(patient.visit());
        }
    }

    /** Certificates of tests are good for a day. */
    @Test
    void certificateThatExpiresSoon_isSeen() throws Exception {
        Certificates certificates =
                Certificates.create(
                        Files.createDirectories(patient.file("tls")), Clock.systemUTC());
        Certificates.Identity server = certificates.server();
        patient.serverWith(conf ->
                conf
                        + "\ntls { cert_file: \"%s\", key_file: \"%s\" }\n"
                                .formatted(server.certificateFile(), server.keyFile()));
        patient.replace(
                "countersign.yaml",
                "nats:",
                "nats:\n  tls: { ca: %s }".formatted(certificates.authorityFile()));
        try (Instance _ = patient.instance()) {
            Diagnosis diagnosis = patient.visit(certificates.sslContext(Optional.empty()));
            assertThat(ids(diagnosis)).containsExactly("certificate-expires-soon");
            assertThat(diagnosis.findings().getFirst().seen()).contains("ca.pem", "server n1");
        }
    }
}
