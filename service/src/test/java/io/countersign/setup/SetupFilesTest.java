// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.config.Admin;
import io.countersign.config.PolicyFile;
import io.countersign.config.Problems;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.config.UsersFile;
import io.countersign.crypto.Seed;
import io.countersign.identity.users.User;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What both modes write. */
class SetupFilesTest {
    @TempDir Path dir;

    @ParameterizedTest
    @EnumSource
    void run_anyMode_serviceTakesItsFilesWithoutAWord(Made mode) throws Exception {
        SetupResult made = mode.cluster(dir.resolve("made"), ServerVersion.OLDEST);

        ServiceConfig config =
                ServiceConfig.load(
                        made.folder().resolve("countersign.yaml"),
                        new Surroundings(Map.of(), Optional.of("host")));
        Problems problems = new Problems();
        Optional<List<User>> users = UsersFile.read(config.users().orElseThrow(), problems);
        Optional<PolicyFile.Loaded> policy =
                PolicyFile.read(config.policy(), PolicyFile.context(config), problems);
        problems.throwIfAny();

        assertThat(policy.orElseThrow().warnings()).isEmpty();
        assertThat(users.orElseThrow()).extracting(User::name).containsExactly("alice");
        assertThat(config.mode().accountNames()).containsExactly("APP", "billing-2");
        assertThat(config.nats().servers()).hasSize(3);
        assertThat(config.nats().system()).isPresent();
        assertThat(config.nats().operations()).isPresent();
        assertThat(config.keys().clusterSecret()).isPresent();
        assertThat(config.keys().isSealed()).isTrue();
        try (Seed admin = Seed.read(made.folder().resolve("keys/admin-requests.nk"))) {
            assertThat(config.admins())
                    .containsExactly(
                            new Admin("admin", admin.publicKey().text(), Admin.Role.OPERATE));
        }
    }

    @ParameterizedTest
    @EnumSource
    void run_anyMode_onlyTheOwnerReadsAnything(Made mode) throws Exception {
        SetupResult made = mode.cluster(dir.resolve("made"), ServerVersion.OLDEST);
        List<String> wrong = new ArrayList<>();
        try (Stream<Path> tree = Files.walk(made.folder())) {
            for (Path path : tree.toList()) {
                String mode600 = Files.isDirectory(path) ? "rwx------" : "rw-------";
                if (!Files.getPosixFilePermissions(path)
                        .equals(PosixFilePermissions.fromString(mode600))) {
                    wrong.add(path.toString());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void run_anyMode_listsExactlyTheFilesThatAreThere(Made mode) throws Exception {
        SetupResult made = mode.cluster(dir.resolve("made"), ServerVersion.OLDEST);
        try (Stream<Path> tree = Files.walk(made.folder())) {
            assertThat(tree.filter(Files::isRegularFile))
                    .containsExactlyInAnyOrderElementsOf(made.files());
        }
    }

    @ParameterizedTest
    @EnumSource
    void run_folderInUse_overwritesNothing(Made mode) throws Exception {
        SetupResult made = mode.cluster(dir.resolve("made"), ServerVersion.OLDEST);
        String before = Made.text(made, "countersign.yaml");
        assertThatThrownBy(() -> mode.cluster(made.folder(), ServerVersion.OLDEST))
                .isInstanceOf(SetupFailed.class)
                .hasMessageContaining("is not empty");
        assertThat(Made.text(made, "countersign.yaml")).isEqualTo(before);
        try (Stream<Path> siblings = Files.list(dir)) {
            assertThat(siblings).containsExactly(made.folder());
        }
    }

    @ParameterizedTest
    @EnumSource
    void run_anyMode_noSecretInSummaryOrReadme(Made mode) throws Exception {
        SetupResult made = mode.cluster(dir.resolve("made"), ServerVersion.OLDEST);
        String words = String.join("\n", made.summary()) + Made.text(made, "README.txt") + made;
        for (OneTimePassword password : made.passwords()) {
            assertThat(words).doesNotContain(password.reveal());
        }
        for (Path file : made.files()) {
            if (file.toString().endsWith(".nk")) {
                try (Seed seed = Seed.read(file)) {
                    String text = new String(seed.encoded(), StandardCharsets.US_ASCII);
                    assertThat(words).doesNotContain(text);
                }
            }
        }
        assertThat(words)
                .doesNotContain(Made.text(made, "keys/cluster.secret").strip())
                .doesNotContain(routePassword(made))
                .doesNotContain("eyJ");
    }

    @ParameterizedTest
    @EnumSource
    void run_anyMode_passwordsAreNowhereInTheClear(Made mode) throws Exception {
        SetupResult made = mode.cluster(dir.resolve("made"), ServerVersion.OLDEST);
        for (Path file : made.files()) {
            String text = Files.readString(file);
            for (OneTimePassword password : made.passwords()) {
                assertThat(text).doesNotContain(password.reveal());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void run_secondTime_hasOtherSecrets(Made mode) throws Exception {
        SetupResult one = mode.cluster(dir.resolve("one"), ServerVersion.OLDEST);
        SetupResult two = mode.cluster(dir.resolve("two"), ServerVersion.OLDEST);
        assertThat(Made.text(one, "keys/cluster.secret"))
                .isNotEqualTo(Made.text(two, "keys/cluster.secret"));
        assertThat(Made.text(one, "keys/xkey.nk")).isNotEqualTo(Made.text(two, "keys/xkey.nk"));
        assertThat(routePassword(one)).isNotEqualTo(routePassword(two));
        assertThat(one.passwords().getFirst().reveal())
                .isNotEqualTo(two.passwords().getFirst().reveal());
    }

    @ParameterizedTest
    @EnumSource
    void run_anyMode_serversNeverGiveStrangersAUser(Made mode) throws Exception {
        SetupResult made = mode.cluster(dir.resolve("made"), ServerVersion.DEFAULT_SENTINEL);
        for (String server : List.of("n1", "n2", "n3")) {
            assertThat(Made.text(made, "servers/" + server + ".conf"))
                    .doesNotContain("no_auth_user")
                    .doesNotContain("no_system_account")
                    .contains("timeout: 3\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void run_oneServer_hasNoRoutes(Made mode) throws Exception {
        SetupResult made = mode.run(SetupOptions.in(dir.resolve("made")));
        assertThat(Made.text(made, "servers/n1.conf")).doesNotContain("cluster {");
    }

    @ParameterizedTest
    @EnumSource
    void run_impossibleOptions_tellsEveryProblemAndWritesNothing(Made mode) throws Exception {
        SetupOptions options =
                SetupOptions.in(dir.resolve("made"))
                        .withCluster("Not OK")
                        .withAccounts(List.of("APP", "app", "SYS", "a.b"))
                        .withExampleUser("")
                        .withServers(
                                new ServerPlan(
                                        List.of(
                                                new ServerPlan.Server("n1", "host", 4222, 70_000),
                                                new ServerPlan.Server("n1", "a b", 4222, 4222))));
        assertThatThrownBy(() -> mode.run(options))
                .isInstanceOfSatisfying(
                        SetupFailed.class, failed -> assertThat(failed.problems()).hasSize(9));
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void oneTimePassword_printed_showsNothing() {
        OneTimePassword password = OneTimePassword.make("alice", "test", new SecureRandom());
        assertThat(password.toString()).doesNotContain(password.reveal());
        assertThat(password.reveal()).matches("([2-9a-z]{5}-){4}[2-9a-z]{5}");
    }

    private static String routePassword(SetupResult made) throws Exception {
        return Made.text(made, "servers/n1.conf")
                .replaceAll("(?s).*user: \"route\", password: \"([^\"]+)\".*", "$1");
    }
}
