// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code setup} as people call it: what it makes, what it says, and what it refuses. */
class SetupCommandsTest {
    private static final Map<String, String> ACCOUNT_OF =
            Map.of(
                    "callout", "AUTH",
                    "sentinel", "AUTH",
                    "operations", "COUNTERSIGN",
                    "admin", "COUNTERSIGN",
                    "system", "SYS");

    @TempDir Path dir;

    @Test
    void setup_bothModes_sayWhatToDoNextAndCheckFindsNothingWrong() throws Exception {
        for (String mode : List.of("operator", "static")) {
            Path house = dir.resolve(mode);
            CommandRun run = CommandRun.of("setup", mode, "--folder", house.toString());
            assertThat(run.exitCode()).as(run::err).isZero();
            assertThat(run.out())
                    .contains("What to do next", "nats-server -c " + house, "Passwords, shown this")
                    .doesNotContain("Warning");
            assertThat(check(house).exitCode()).isZero();
            assertModes(house);
        }
    }

    @Test
    void setup_withoutXkey_isClearAndWarns() throws Exception {
        for (String mode : List.of("operator", "static")) {
            Path house = dir.resolve(mode);
            CommandRun run =
                    CommandRun.of("setup", mode, "--no-xkey", "--folder", house.toString());
            assertThat(run.exitCode()).as(run::err).isZero();
            assertThat(run.out()).contains("Warning: without an xkey requests are not sealed");
            assertThat(house.resolve("keys/xkey.nk")).doesNotExist();
            assertThat(house.resolve("README.txt")).content().contains("Warning");
            assertThat(house.resolve("countersign.yaml"))
                    .content()
                    .contains("sealed: false")
                    .doesNotContain("xkeys");
            assertThat(house.resolve("servers/n1.conf")).content().doesNotContain("xkey");
            assertThat(check(house).exitCode()).isZero();
        }
    }

    @Test
    void setup_folderThatIsNotEmpty_isRefusedAndUntouched() throws Exception {
        Path house = Files.createDirectory(dir.resolve("house"));
        Path mine = Files.writeString(house.resolve("countersign.yaml"), "mine");
        for (String mode : List.of("operator", "static")) {
            CommandRun run = CommandRun.of("setup", mode, "--folder", house.toString());
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains("is not empty", "Nothing was written.");
            assertThat(mine).hasContent("mine");
            assertThat(files(dir)).containsExactly(mine);
        }
    }

    @Test
    void setupOperator_printNsc_makesNothingAndNamesTheNextCommand() throws Exception {
        Path house = dir.resolve("house");
        CommandRun run =
                CommandRun.of(
                        "setup",
                        "operator",
                        "--print-nsc",
                        "--folder",
                        house.toString(),
                        "--account",
                        "SHOP");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines().toList())
                .contains("nsc add account --name SHOP")
                .last()
                .asString()
                .startsWith("countersign setup operator --folder '" + house + "' --use-keys ")
                .contains(" --xkey xkey.nk ", " --account-jwt SHOP.jwt");
        assertThat(files(dir)).isEmpty();
    }

    @Test
    void setupOperator_printNscWithoutXkey_makesNone() {
        CommandRun run =
                CommandRun.of(
                        "setup",
                        "operator",
                        "--print-nsc",
                        "--no-xkey",
                        "--folder",
                        dir.resolve("house").toString());
        assertThat(run.out()).doesNotContain("curve", "$XKEY").contains(" --no-xkey ");
    }

    @Test
    void setupOperator_useKeys_takesWhatNscMade() throws Exception {
        List<String> arguments = nscStore();
        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
        assertThat(run.exitCode()).as(run::err).isZero();
        Path house = dir.resolve("house");
        assertThat(house.resolve("keys/offline")).doesNotExist();
        assertThat(check(house).exitCode()).isZero();
        assertModes(house);
    }

    @Test
    void setupOperator_useKeysOfASealedAccountWithoutXkey_isRefused() throws Exception {
        List<String> arguments = nscStore();
        arguments.add("--no-xkey");
        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("account AUTH: has an xkey", "Nothing was written.");
    }

    @Test
    void setupOperator_choicesThatDoNotGoTogether_areRefused() {
        String folder = "--folder=" + dir.resolve("house");
        assertRefused("go with --use-keys only", folder, "--operator-jwt", "o.jwt");
        assertRefused("--use-keys: needs --operator-jwt", folder, "--use-keys", "keys");
        assertRefused(
                "--print-nsc and --use-keys",
                folder,
                "--print-nsc",
                "--use-keys=k",
                "--operator-jwt=o",
                "--account-jwt=a");
        assertRefused(
                "--account: not with --use-keys",
                folder,
                "--account=APP",
                "--use-keys=k",
                "--operator-jwt=o",
                "--account-jwt=a");
    }

    @Test
    void setupPush_wrongFilesAndOptions_areToldBeforeAnybodyIsAsked() throws Exception {
        Path house = dir.resolve("house");
        CommandRun.of("setup", "operator", "--folder", house.toString(), "--port", "1");
        Path text = Files.writeString(dir.resolve("text.jwt"), "hello");
        String place = house.toString();
        assertPushRefused(text + ": ", text.toString(), "-c", place + "/countersign.yaml");
        assertPushRefused("none.jwt: cannot be read", dir.resolve("none.jwt").toString());
        assertPushRefused("--account: NONE (expected: one of [APP,", place, "--account=NONE");
        assertPushRefused("need --account", place, "--remove-signing-key=A");
        assertPushRefused(
                "--operator-key: missing", place, "--account=APP", "--add-signing-key=" + text);
        assertPushRefused("--within: 0", place, "--within=0");
        assertPushRefused("--creds, --server", place, "--creds=system.creds");
        assertPushRefused(
                "no.creds: cannot be read", place, "--creds=no.creds", "--server=nats://[::1]:1");
        assertThat(push(place).exitCode()).as("nobody is there").isEqualTo(3);
    }

    private static void assertRefused(String message, String... more) {
        CommandRun run =
                CommandRun.of(
                        Stream.concat(Stream.of("setup", "operator"), Stream.of(more))
                                .toArray(String[]::new));
        assertThat(run.err()).contains(message);
        assertThat(run.exitCode()).isEqualTo(2);
    }

    private static void assertPushRefused(String message, String... more) {
        CommandRun run = push(more);
        assertThat(run.err()).contains(message);
        assertThat(run.exitCode()).isEqualTo(2);
    }

    private static CommandRun push(String... more) {
        return CommandRun.of(
                Stream.concat(Stream.of("setup", "push"), Stream.of(more)).toArray(String[]::new));
    }

    private static CommandRun check(Path house) {
        return CommandRun.of("check", "-c", house.resolve("countersign.yaml").toString());
    }

    /** A set-up laid out as nsc lays out its own, and the command that takes it. */
    private List<String> nscStore() throws Exception {
        Path made = dir.resolve("made");
        CommandRun.of("setup", "operator", "--folder", made.toString());
        Path store = dir.resolve("store");
        List<String> arguments =
                new ArrayList<>(List.of("setup", "operator", "--folder=" + dir.resolve("house")));
        arguments.add("--use-keys=" + store);
        arguments.add("--operator-jwt=" + made.resolve("operator.jwt"));
        for (Path file : files(made)) {
            String name = file.getFileName().toString();
            if (name.endsWith(".nk")) {
                try (Seed seed = Seed.read(file)) {
                    String key = seed.publicKey().text();
                    put(
                            file,
                            store.resolve("keys/" + key.charAt(0) + "/" + key.substring(1, 3)),
                            key + ".nk");
                }
            } else if (name.endsWith(".creds")) {
                String account = ACCOUNT_OF.get(name.replace(".creds", ""));
                put(file, store.resolve("creds/countersign/" + account), name);
            } else if (file.startsWith(made.resolve("accounts"))) {
                arguments.add("--account-jwt=" + file);
            }
        }
        return arguments;
    }

    private static void put(Path file, Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        Files.copy(file, folder.resolve(name));
    }

    private static void assertModes(Path house) throws IOException {
        for (Path file : files(house)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as(file.toString())
                    .isEqualTo("rw-------");
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
