// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.config.Admin;
import io.countersign.config.SecretSource;
import io.countersign.config.ServiceConfig;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.Seed;
import io.countersign.protocol.CredsFile;
import io.countersign.protocol.JwtReader;
import io.countersign.rotation.RotationStopped.Why;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RotationTest {
    @TempDir Path dir;

    /** Every server takes the new key as soon as the files of its instances have it. */
    private static void rollAtOnce(PaperSystem system) {
        system.servers.replaceAll((_, _) -> Optional.of(system.configured().getFirst()));
    }

    private static RotationStopped stopped(ThrowingCallable run) {
        RotationStopped[] caught = new RotationStopped[1];
        assertThatThrownBy(run).isInstanceOfSatisfying(RotationStopped.class, e -> caught[0] = e);
        return caught[0];
    }

    private static String state(PaperSystem system, KeyKind kind) throws Exception {
        return system.text("rotation-" + kind.word() + ".txt");
    }

    @ParameterizedTest
    @EnumSource(names = {"XKEY", "ISSUER"})
    void run_staticMode_putsTheNewKeyInPlaceOfTheOld(KeyKind kind) throws Exception {
        PaperSystem system = PaperSystem.ofStatic(dir, kind);
        String yaml = system.text("countersign.yaml");
        String old = system.configured().getFirst();
        Choices patient = new Chosen().patient().choices();
        system.meanwhile = () -> rollAtOnce(system);

        system.rotation(patient).run();

        String fresh = system.configured().getFirst();
        assertThat(system.configured()).containsExactly(fresh).doesNotContain(old);
        String list = kind == KeyKind.XKEY ? "xkeys" : "issuers";
        String line = yaml.lines().filter(it -> it.contains(list + ":")).findFirst().orElseThrow();
        String place = line.replaceAll(".*\\[|].*", "");
        Path seed = seeds(system, kind).getFirst();
        assertThat(seeds(system, kind)).hasSize(1);
        assertThat(system.text("countersign.yaml"))
                .isEqualTo(yaml.replace(place, "keys/" + seed.getFileName()));
        assertThat(system.folder.resolve(place)).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(seed)))
                .isEqualTo("rw-------");
        assertThat(system.folder.resolve("rotation-" + kind.word() + ".txt")).doesNotExist();
        assertThat(system.questions).hasSize(3);
        // What a person has to do stands there exactly.
        assertThat(String.join("\n", system.told))
                .contains(kind.word() + ": \"" + old + "\"", kind.word() + ": \"" + fresh + "\"")
                .doesNotContainPattern("\\bS[AX][A-Z2-7]{56}");
    }

    private static List<Path> seeds(PaperSystem system, KeyKind kind) throws Exception {
        try (var files = Files.list(system.folder.resolve("keys"))) {
            return files.filter(it -> it.getFileName().toString().startsWith(kind.word())).toList();
        }
    }

    @Test
    void run_serverFilesOnThisMachine_areChangedAndNothingElseInThem() throws Exception {
        PaperSystem system = PaperSystem.ofStatic(dir, KeyKind.XKEY);
        Path server = system.folder.resolve("servers/n1.conf");
        String before = Files.readString(server);
        String old = system.configured().getFirst();
        Choices choices = new Chosen().servers(server).choices();

        assertThat(stopped(() -> system.rotation(choices).run()).why()).isEqualTo(Why.WAITING);

        assertThat(Files.readString(server))
                .isEqualTo(before.replace(old, system.configured().getFirst()));
        // Once more: it has the new key already.
        assertThat(stopped(() -> system.rotation(choices).run()).why()).isEqualTo(Why.WAITING);
    }

    @Test
    void run_interruptedAnywhere_goesOnWithTheSameKey() throws Exception {
        PaperSystem system = PaperSystem.ofStatic(dir, KeyKind.XKEY);
        String old = system.configured().getFirst();
        system.isYes = false;
        assertThat(stopped(() -> system.rotation(Chosen.nothing()).run()).why())
                .isEqualTo(Why.WAITING);
        assertThat(state(system, KeyKind.XKEY)).contains("next: publish");
        assertThat(system.configured()).containsExactly(old);
        String fresh = state(system, KeyKind.XKEY).replaceAll("(?s).*\nnew: (X[A-Z0-9]*) .*", "$1");

        system.isYes = true;
        assertThat(stopped(() -> system.rotation(Chosen.nothing()).run()).why())
                .isEqualTo(Why.WAITING);
        assertThat(state(system, KeyKind.XKEY)).contains("next: roll");
        assertThat(system.configured()).containsExactly(fresh, old);

        rollAtOnce(system);
        system.isYes = true;
        system.rotation(Chosen.nothing()).run();
        assertThat(system.configured()).containsExactly(fresh);
        assertThat(seeds(system, KeyKind.XKEY)).hasSize(1);
    }

    /** Killed between making the seed and writing that it is made. */
    @Test
    void run_seedMadeButNotNoted_takesThatSeed() throws Exception {
        PaperSystem system = PaperSystem.ofStatic(dir, KeyKind.XKEY);
        system.isYes = false;
        stopped(() -> system.rotation(Chosen.nothing()).run());
        String noted = state(system, KeyKind.XKEY);
        String fresh = noted.replaceAll("(?s).*\nnew: (X[A-Z0-9]*) .*", "$1");
        Files.writeString(
                system.folder.resolve("rotation-xkey.txt"),
                noted.replace("new: " + fresh, "new: ?").replace("next: publish", "next: prepare"));

        stopped(() -> system.rotation(Chosen.nothing()).run());

        assertThat(state(system, KeyKind.XKEY)).contains("new: " + fresh);
        assertThat(seeds(system, KeyKind.XKEY)).hasSize(2);
    }

    @Test
    void run_dry_changesNothingAndShowsEveryStep() throws Exception {
        PaperSystem system = PaperSystem.ofStatic(dir, KeyKind.XKEY);
        String yaml = system.text("countersign.yaml");
        Choices dry = new Chosen().dry().choices();

        system.rotation(dry).run();

        assertThat(system.text("countersign.yaml")).isEqualTo(yaml);
        assertThat(seeds(system, KeyKind.XKEY)).hasSize(1);
        assertThat(system.folder.resolve("rotation-xkey.txt")).doesNotExist();
        assertThat(String.join("\n", system.told))
                .contains("1 of 4, prepare", "2 of 4, publish", "3 of 4, roll", "4 of 4, retire");
        assertThat(system.questions).isEmpty();
    }

    /** A rotation that stands before its last step. */
    private PaperSystem rolled(KeyKind kind) throws Exception {
        PaperSystem system = PaperSystem.ofStatic(dir, kind);
        stopped(() -> system.rotation(Chosen.nothing()).run());
        rollAtOnce(system);
        Path file = system.folder.resolve("rotation-" + kind.word() + ".txt");
        Files.writeString(file, Files.readString(file).replace("next: roll", "next: retire"));
        return system;
    }

    private static String refusal(PaperSystem system, Choices choices) {
        List<String> before = system.configured();
        RotationStopped stopped = stopped(() -> system.rotation(choices).run());
        assertThat(stopped.why()).isEqualTo(Why.REFUSED);
        assertThat(system.configured()).isEqualTo(before).hasSize(2);
        return String.valueOf(stopped.getMessage());
    }

    @Test
    void retire_aServerAsksWithTheOldKey_isRefused() throws Exception {
        PaperSystem system = rolled(KeyKind.XKEY);
        String old = system.configured().getLast();
        system.servers.put("n2", Optional.of(old));

        assertThat(refusal(system, Chosen.nothing()))
                .contains("server n2: asks with " + old + ", the old one")
                .doesNotContain("n1");
    }

    /** It was there when the step before ended; one look more costs less than a refusal. */
    @Test
    void retire_anInstanceSilentForAMoment_isWaitedFor() throws Exception {
        PaperSystem system = rolled(KeyKind.XKEY);
        system.silent.add("b");
        system.meanwhile = system.silent::clear;

        system.rotation(new Chosen().patient().choices()).run();

        assertThat(system.configured()).hasSize(1);
    }

    @Test
    void retire_aServerThatNobodyHeard_isRefusedUntilSomebodyLooked() throws Exception {
        PaperSystem system = rolled(KeyKind.XKEY);
        system.servers.put("n3", Optional.empty());

        assertThat(refusal(system, Chosen.nothing()))
                .contains("server n3: nobody has logged in there");

        system.rotation(new Chosen().checked("n3").choices()).run();
        assertThat(system.configured()).hasSize(1);
    }

    @Test
    void retire_aServerWithAForeignKey_isRefused() throws Exception {
        PaperSystem system = rolled(KeyKind.ISSUER);
        system.servers.put("n1", Optional.of("AFOREIGN"));

        assertThat(refusal(system, Chosen.nothing())).contains("server n1: asks with AFOREIGN");
    }

    @Test
    void retire_anInstanceIsSilent_isRefused() throws Exception {
        PaperSystem system = rolled(KeyKind.XKEY);
        system.silent.add("b");

        assertThat(refusal(system, Chosen.nothing())).contains("instance b: does not answer");
    }

    @Test
    void retire_serversCannotBeListed_goesByTheirLogins() throws Exception {
        PaperSystem system = rolled(KeyKind.XKEY);
        system.isListing = false;
        Optional<String> fresh =
                system.servers.put("n2", Optional.of(system.configured().getLast()));
        assertThat(refusal(system, Chosen.nothing())).contains("server n2");

        system.servers.replaceAll((_, _) -> Optional.empty());
        assertThat(refusal(system, Chosen.nothing())).contains("no server has asked");

        system.servers.replaceAll((_, _) -> fresh);
        system.rotation(Chosen.nothing()).run();
        assertThat(system.configured()).hasSize(1);
    }

    /** An instance with files of its own is waited for, by name, also when it lets the key go. */
    @Test
    void publish_anInstanceWithFilesOfItsOwn_isWaitedForByName() throws Exception {
        PaperSystem system = PaperSystem.ofStatic(dir, KeyKind.XKEY);
        system.left.put("b", system.inForce("b"));

        stopped(() -> system.rotation(Chosen.nothing()).run());

        String fresh = system.configured().getFirst();
        assertThat(state(system, KeyKind.XKEY)).contains("next: publish");
        assertThat(String.join("\n", system.told))
                .contains("instance b: has not loaded " + fresh)
                .doesNotContain("instance a:");

        system.meanwhile =
                () -> {
                    system.left.clear();
                    rollAtOnce(system);
                };
        system.rotation(new Chosen().patient().choices()).run();
        assertThat(system.configured()).containsExactly(fresh);
    }

    /** A list that something else refers to is for a person: the lines are told, then checked. */
    @Test
    void publish_aFileThatCannotBeChangedSafely_tellsTheLinesAndWaitsForThem() throws Exception {
        PaperSystem system = PaperSystem.ofStatic(dir, KeyKind.XKEY);
        String yaml = system.text("countersign.yaml");
        Files.writeString(
                system.config(), yaml.replace("xkeys: [keys/xkey.nk]", "xkeys: &x [keys/xkey.nk]"));

        stopped(() -> system.rotation(Chosen.nothing()).run());

        assertThat(String.join("\n", system.told))
                .contains("by hand", "keys: {xkeys: [keys/xkey-")
                .contains("not there yet");
        assertThat(system.configured()).hasSize(1);

        String place =
                state(system, KeyKind.XKEY).replaceAll("(?s).*\nnew: X[A-Z0-9]* (.*?)\n.*", "$1");
        Files.writeString(
                system.config(), yaml.replace("[keys/xkey.nk]", "[" + place + ", keys/xkey.nk]"));
        stopped(() -> system.rotation(Chosen.nothing()).run());
        assertThat(state(system, KeyKind.XKEY)).contains("next: roll");
    }

    @Test
    void run_aDamagedStateFile_isRefusedWithItsLine() throws Exception {
        PaperSystem system = PaperSystem.ofStatic(dir, KeyKind.XKEY);
        Files.writeString(system.folder.resolve("rotation-xkey.txt"), "kind: xkey\nnext\n");

        RotationStopped stopped = stopped(() -> system.rotation(Chosen.nothing()).run());

        assertThat(stopped.why()).isEqualTo(Why.USAGE);
        assertThat(stopped).hasMessageStartingWith("rotation-xkey.txt: line 2:");
    }

    @Test
    void run_operatorXkey_isPushedAndRetired() throws Exception {
        PaperSystem system = PaperSystem.ofOperator(dir, KeyKind.XKEY);

        system.rotation(signing(system)).run();

        assertThat(system.configured()).hasSize(1);
        assertThat(
                        new JwtReader(Ed25519.best())
                                .readAccount(system.accountJwt.orElseThrow())
                                .claims()
                                .authorization()
                                .orElseThrow()
                                .xkey()
                                .orElseThrow()
                                .text())
                .isEqualTo(system.configured().getFirst());
    }

    private static Choices signing(PaperSystem system) {
        return signed(system).choices();
    }

    private static Chosen signed(PaperSystem system) {
        return new Chosen().operatorKey(system.folder.resolve("keys/offline/operator.signing.nk"));
    }

    /** Without the operator's key the command waits for whoever has it. */
    @Test
    void roll_operatorXkeyWithoutTheOperatorsKey_saysWhatToDoAndWaits() throws Exception {
        PaperSystem system = PaperSystem.ofOperator(dir, KeyKind.XKEY);

        RotationStopped stopped = stopped(() -> system.rotation(Chosen.nothing()).run());

        assertThat(stopped.why()).isEqualTo(Why.WAITING);
        String fresh = system.configured().getFirst();
        assertThat(String.join("\n", system.told))
                .contains("nsc edit authcallout --account AUTH --curve " + fresh)
                .contains("server n1: seals for " + system.configured().getLast());
    }

    @Test
    void retire_operatorXkeyThatAServerStillSealsFor_isRefused() throws Exception {
        PaperSystem system = PaperSystem.ofOperator(dir, KeyKind.XKEY);
        system.lastLogin = Instant.now().plusSeconds(3600);

        RotationStopped stopped = stopped(() -> system.rotation(signing(system)).run());

        assertThat(stopped.why()).isEqualTo(Why.REFUSED);
        assertThat(stopped)
                .hasMessageContaining("server n1: asked with " + system.configured().getLast());
        assertThat(system.configured()).hasSize(2);
    }

    private static List<String> signingKeys(PaperSystem system) throws Exception {
        return new JwtReader(Ed25519.best())
                .readAccount(system.accountJwt.orElseThrow()).claims().signingKeys().stream()
                        .map(NKey::text)
                        .toList();
    }

    @Test
    void run_signing_isKnownToServersBeforeItSignsAndGoesLast() throws Exception {
        PaperSystem system = PaperSystem.ofOperator(dir, KeyKind.SIGNING);
        String old = system.configured().getFirst();
        system.signed.add(new Reach.Signed("n1", old, 3, "sensor"));

        RotationStopped stopped = stopped(() -> system.rotation(signing(system)).run());

        assertThat(stopped.why()).isEqualTo(Why.REFUSED);
        assertThat(stopped).hasMessageContaining("server n1: 3 connections let in by " + old);
        String fresh = system.configured().getFirst();
        assertThat(signingKeys(system)).containsExactlyInAnyOrder(old, fresh);

        system.signed.clear();
        system.rotation(signing(system)).run();
        assertThat(system.configured()).containsExactly(fresh);
        assertThat(signingKeys(system)).containsExactly(fresh);
    }

    /** Its answer is signed with the old key, a moment after nobody was seen whom that let in. */
    @Test
    void run_signing_loginThatWasUnderWay_isNotShutOut() throws Exception {
        PaperSystem system = PaperSystem.ofOperator(dir, KeyKind.SIGNING);
        String old = system.configured().getFirst();
        system.meanwhile =
                () -> {
                    if (!system.configured().getFirst().equals(old)) {
                        system.signed.add(new Reach.Signed("n1", old, 1, "under way"));
                    }
                };

        RotationStopped stopped = stopped(() -> system.rotation(signing(system)).run());

        assertThat(stopped).hasMessageContaining("server n1: 1 connections let in by " + old);
        assertThat(signingKeys(system)).contains(old);
    }

    @Test
    void run_operatorIssuer_signsUserAndSentinelAnew() throws Exception {
        PaperSystem system = PaperSystem.ofOperator(dir, KeyKind.ISSUER);
        String old = system.configured().getFirst();
        system.sentinels.put("n1", old);
        Path server = system.folder.resolve("servers/n1.conf");
        String before = Files.readString(server);
        system.lastLogin = Instant.now();
        system.meanwhile =
                () -> {
                    system.sentinels.put("n1", system.configured().getFirst());
                    system.signed.clear();
                };
        system.signed.add(new Reach.Signed("n1", old, 1, "a callout 1"));

        system.rotation(signed(system).servers(server).patient().choices()).run();

        String fresh = system.configured().getFirst();
        assertThat(system.configured()).containsExactly(fresh);
        assertThat(signingKeys(system)).containsExactly(fresh);
        for (String user : List.of("callout", "sentinel")) {
            try (CredsFile creds =
                    CredsFile.parse(
                            Files.readAllBytes(
                                    system.folder.resolve("creds/" + user + ".creds")))) {
                var signedUser = new JwtReader(Ed25519.best()).readUser(creds.jwt());
                assertThat(signedUser.issuer().text()).isEqualTo(fresh);
                assertThat(signedUser.claims().subject()).isEqualTo(creds.seed().publicKey());
                String jwt = new String(creds.jwt(), StandardCharsets.US_ASCII);
                if (user.equals("sentinel")) {
                    assertThat(Files.readString(server))
                            .isEqualTo(
                                    before.replaceAll(
                                            "(default_sentinel: \"?)eyJ[^\"\\s]*", "$1" + jwt));
                }
            }
        }
    }

    @Test
    void retire_somebodyCameWithTheOldSentinel_isRefused() throws Exception {
        PaperSystem system = PaperSystem.ofOperator(dir, KeyKind.ISSUER);
        String old = system.configured().getFirst();
        stopped(() -> system.rotation(signing(system)).run());
        Path file = system.folder.resolve("rotation-issuer.txt");
        Files.writeString(file, Files.readString(file).replace("next: roll", "next: retire"));
        system.sentinels.put("n1", old);
        system.lastLogin = Instant.now();

        RotationStopped stopped = stopped(() -> system.rotation(signing(system)).run());

        assertThat(stopped.why()).isEqualTo(Why.REFUSED);
        assertThat(stopped).hasMessageContaining("server n1: a login with the old sentinel");
        assertThat(signingKeys(system)).contains(old);
    }

    @Test
    void of_signingInStaticMode_namesTheKeyThatDoesIt() throws Exception {
        PaperSystem system = PaperSystem.ofStatic(dir, KeyKind.XKEY);

        RotationStopped stopped =
                stopped(() ->
                        Rotation.of(
                                KeyKind.SIGNING,
                                "APP",
                                system.config(),
                                PaperSystem.SURROUNDINGS,
                                system,
                                system,
                                Chosen.nothing()));

        assertThat(stopped.why()).isEqualTo(Why.USAGE);
        assertThat(stopped).hasMessageContaining("keys rotate issuer");
    }

    private static Chosen admin(PaperSystem system) {
        return new Chosen().adminKey(system.folder.resolve("keys/admin-requests.nk"));
    }

    private static List<Admin> admins(PaperSystem system) {
        return ServiceConfig.load(system.config(), PaperSystem.SURROUNDINGS).admins();
    }

    private static String key(Path seed) throws Exception {
        try (Seed read = Seed.read(seed)) {
            return read.publicKey().text();
        }
    }

    @Test
    void run_admin_takesThePlaceOfTheOldSeedUnderTheSameName() throws Exception {
        PaperSystem system = PaperSystem.ofStatic(dir, KeyKind.ADMIN);
        Path seed = system.folder.resolve("keys/admin-requests.nk");
        String yaml = system.text("countersign.yaml");
        Admin old = admins(system).getFirst();

        system.rotation(admin(system).choices()).run();

        Admin fresh = admins(system).getFirst();
        assertThat(admins(system)).hasSize(1);
        assertThat(fresh.key()).isNotEqualTo(old.key()).isEqualTo(key(seed));
        assertThat(fresh.name()).isEqualTo(old.name());
        assertThat(fresh.role()).isEqualTo(old.role());
        assertThat(system.text("countersign.yaml"))
                .startsWith(yaml.substring(0, yaml.indexOf("admins:")));
        try (var files = Files.list(seed.getParent())) {
            assertThat(files.filter(it -> it.toString().contains("admin-requests")))
                    .containsExactly(seed);
        }
    }

    @Test
    void retire_anAdministratorsKeyThatSomebodyStillUses_isRefused() throws Exception {
        PaperSystem system = PaperSystem.ofStatic(dir, KeyKind.ADMIN);
        String old = admins(system).getFirst().key();
        system.adminUses.put(old, Instant.now().plusSeconds(3600));
        assertThat(stopped(() -> system.rotation(admin(system).choices()).run()).why())
                .isEqualTo(Why.WAITING);
        Path file = system.folder.resolve("rotation-admin.txt");
        Files.writeString(file, Files.readString(file).replace("next: roll", "next: retire"));

        RotationStopped stopped = stopped(() -> system.rotation(admin(system).choices()).run());

        assertThat(stopped.why()).isEqualTo(Why.REFUSED);
        assertThat(stopped).hasMessageContaining("the old key was used at");
        assertThat(admins(system)).hasSize(2);

        system.adminUses.put(old, Instant.now().minusSeconds(120));
        system.rotation(admin(system).choices()).run();
        assertThat(admins(system)).hasSize(1);
    }

    /** Killed after the seed files were exchanged, before that was noted. */
    @Test
    void roll_newSeedInItsPlaceAlready_goesOn() throws Exception {
        PaperSystem system = PaperSystem.ofStatic(dir, KeyKind.ADMIN);
        Path seed = system.folder.resolve("keys/admin-requests.nk");
        system.answers = List.of(true, true, false).iterator();
        stopped(() -> system.rotation(admin(system).choices()).run());
        Path file = system.folder.resolve("rotation-admin.txt");
        Files.writeString(file, Files.readString(file).replace("next: retire", "next: roll"));

        system.answers = List.<Boolean>of().iterator();
        system.rotation(admin(system).choices()).run();

        assertThat(admins(system)).hasSize(1);
        assertThat(admins(system).getFirst().key()).isEqualTo(key(seed));
    }

    private static ServiceConfig.Keys keys(PaperSystem system) {
        return ServiceConfig.load(system.config(), PaperSystem.SURROUNDINGS).keys();
    }

    @Test
    void run_cluster_countsBesideTheOldOneUntilAllRunWithIt() throws Exception {
        PaperSystem system = PaperSystem.ofStatic(dir, KeyKind.CLUSTER);
        String yaml = system.text("countersign.yaml");
        Path oldFile = system.folder.resolve("keys/cluster.secret");
        String old = PaperSystem.name(new SecretSource.File(oldFile));
        system.runningWith = Optional.of(old);

        RotationStopped stopped = stopped(() -> system.rotation(Chosen.nothing()).run());

        assertThat(stopped.why()).isEqualTo(Why.WAITING);
        assertThat(state(system, KeyKind.CLUSTER)).contains("next: roll");
        String fresh = PaperSystem.name(keys(system).clusterSecret().orElseThrow());
        assertThat(fresh).isNotEqualTo(old);
        assertThat(keys(system).otherClusterSecrets())
                .containsExactly(new SecretSource.File(oldFile));
        assertThat(String.join("\n", system.told))
                .contains("instance a: runs with another secret; restart it");

        system.runningWith = Optional.of(fresh);
        system.rotation(Chosen.nothing()).run();

        assertThat(keys(system).otherClusterSecrets()).isEmpty();
        assertThat(keys(system).fingerprintSecret()).contains(new SecretSource.File(oldFile));
        assertThat(oldFile).exists();
        Path file = ((SecretSource.File) keys(system).clusterSecret().orElseThrow()).path();
        assertThat(system.text("countersign.yaml"))
                .isEqualTo(
                        yaml.replace(
                                "  cluster-secret: keys/cluster.secret\n",
                                "  cluster-secret: keys/%s\n  fingerprint-secret: keys/cluster.secret\n"
                                        .formatted(file.getFileName())));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        // The second time nothing depends on the old one any more.
        system.runningWith = Optional.of(fresh);
        stopped(() -> system.rotation(Chosen.nothing()).run());
        system.runningWith = Optional.empty();
        system.rotation(Chosen.nothing()).run();
        assertThat(file).doesNotExist();
        assertThat(oldFile).exists();
    }

    @Test
    void retire_clusterSecretThatAnInstanceRunsWith_isRefused() throws Exception {
        PaperSystem system = PaperSystem.ofStatic(dir, KeyKind.CLUSTER);
        system.runningWith =
                Optional.of(
                        PaperSystem.name(
                                new SecretSource.File(
                                        system.folder.resolve("keys/cluster.secret"))));
        stopped(() -> system.rotation(Chosen.nothing()).run());
        Path file = system.folder.resolve("rotation-cluster.txt");
        Files.writeString(file, Files.readString(file).replace("next: roll", "next: retire"));

        RotationStopped stopped = stopped(() -> system.rotation(Chosen.nothing()).run());

        assertThat(stopped.why()).isEqualTo(Why.REFUSED);
        assertThat(stopped).hasMessageContaining("instance b: runs with another secret");
        assertThat(keys(system).otherClusterSecrets()).hasSize(1);
    }
}
