// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.kit.Deployment;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.NatsServer;
import io.countersign.kit.Wait;
import io.countersign.nats.AccountResolvers;
import io.countersign.nats.NatsLogin;
import io.countersign.nats.NatsTarget;
import io.countersign.protocol.AccountClaims;
import io.countersign.protocol.AccountJwt;
import io.countersign.protocol.JwtReader;
import io.countersign.setup.OperatorSetup;
import io.countersign.setup.SetupOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Account JWTs pushed to real clusters. Checklist 82. */
@Tag("beside")
class SetupPushIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path dir;

    private final Ed25519 ed25519 = Ed25519.best();
    private Optional<Deployment> running = Optional.empty();

    @AfterEach
    void end() {
        running.ifPresent(Deployment::close);
    }

    @ParameterizedTest
    @EnumSource
    void push_allServersThere_areToldOneByOneAndKeepItOverARestart(NatsBinary binary)
            throws Exception {
        Deployment system = start(Deployment.Plan.of(Deployment.Mode.OPERATOR, binary));
        Path house = system.folder();
        byte[] old = file(system, "APP");

        CommandRun run = push(house, "--account", "APP", "--add-signing-key", fresh(), key(house));

        assertThat(run.out())
                .as(run::err)
                .contains("  n1: stored\n", "  n2: stored\n", "  n3: stored\n");
        assertThat(run.exitCode()).isZero();
        byte[] now = file(system, "APP");
        assertThat(now).isNotEqualTo(old);
        assertThat(new JwtReader(ed25519).readAccount(now).claims().signingKeys()).hasSize(2);

        // Its file preloads the old one.
        system.server().restart();
        awaitAll(system);
        assertThat(lookup(system, now)).containsExactly(now);

        JsonNode json = new ObjectMapper().readTree(push(house, "--json").out());
        assertThat(json.path("accounts")).hasSize(5);
        assertThat(json.findValuesAsText("result")).hasSize(15).containsOnly("stored");
        assertThat(json.path("missing")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void push_oneServerDown_isNamedAndCatchesUpWhenItIsBack(NatsBinary binary) throws Exception {
        Deployment system =
                start(
                        Deployment.Plan.of(Deployment.Mode.OPERATOR, binary)
                                .changing(conf ->
                                        conf.replace("interval: \"2m\"", "interval: \"2s\"")));
        Path house = system.folder();
        String url = system.servers().get(2).url();
        system.servers().get(2).kill();

        CommandRun run =
                push(
                        house,
                        "--account",
                        "APP",
                        "--add-signing-key",
                        fresh(),
                        key(house),
                        "--within=2");

        assertThat(run.exitCode()).as(run::out).isEqualTo(3);
        assertThat(run.out())
                .contains("  n1: stored\n", "  n2: stored\n")
                .contains(url + ": not reachable")
                .doesNotContain("n3: stored");

        system.servers().get(2).restart();
        byte[] now = file(system, "APP");
        NKey app = new JwtReader(ed25519).readAccount(now).claims().subject();
        try (AccountResolvers third = resolvers(url, system)) {
            Wait.until(
                    "the new JWT everywhere, and n3 among those who have it",
                    PATIENCE,
                    () -> {
                        List<byte[]> found = versions(third, app);
                        return count(third) == 3
                                && found.size() == 1
                                && Arrays.equals(found.getFirst(), now);
                    });
        }
    }

    /** It says goodbye, so its neighbours do not count it any more; whoever it let in does. */
    private static void assertOneThatLeavesIsMissed(Deployment system) throws Exception {
        List<String> urls = system.servers().stream().map(NatsServer::url).toList();
        try (AccountResolvers neighbour = resolvers(system);
                AccountResolvers all = resolvers(urls, system)) {
            system.servers().get(2).interrupt();
            Wait.until("not counted any more", PATIENCE, () -> counted(neighbour) == 2);

            assertThat(counted(all)).isEqualTo(3);
        }
    }

    private static int counted(AccountResolvers resolvers) {
        try {
            return resolvers.servers(Duration.ofSeconds(2)).known();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void push_oneServerRefuses_isToldWithItsReason(NatsBinary binary) throws Exception {
        Deployment system =
                start(
                        Deployment.Plan.of(Deployment.Mode.OPERATOR, binary)
                                .changing(SetupPushIT::withFullStoreOnTheSecond));
        Path account = account(system.folder(), "LATE", Instant.now());

        CommandRun run = push(account, "-c", system.configuration().toString());

        assertThat(run.exitCode()).as(run::out).isEqualTo(1);
        assertThat(run.out())
                .contains("  n1: stored\n", "  n3: stored\n")
                .contains("  n2: refused: jwt update resulted in error");
        assertOneThatLeavesIsMissed(system);
    }

    @ParameterizedTest
    @EnumSource
    void push_olderThanTheServers_isRefusedByUsUnlessForced(NatsBinary binary) throws Exception {
        Deployment system = start(Deployment.Plan.of(Deployment.Mode.OPERATOR, binary));
        Path house = system.folder();
        byte[] old = file(system, "APP");
        push(house, "--account", "APP", "--add-signing-key", fresh(), key(house));
        byte[] newer = file(system, "APP");
        Files.write(house.resolve("accounts/APP.jwt"), old);

        CommandRun run = push(house);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("APP.jwt: issued", "but servers have one of", "Nothing was pushed.");
        assertThat(run.out()).isEmpty();
        assertThat(lookup(system, newer)).containsExactly(newer);

        // This is why the guard is ours: the servers take it.
        assertThat(push(house, "--force").exitCode()).isZero();
        assertThat(lookup(system, old)).containsExactly(old);
    }

    @ParameterizedTest
    @EnumSource
    void push_accountOfAnotherOperator_isRefusedByUsAndNotByServers(NatsBinary binary)
            throws Exception {
        Deployment system = start(Deployment.Plan.of(Deployment.Mode.OPERATOR, binary));
        Path foreign =
                new OperatorSetup(ed25519, _ -> "$2a$hash", new SecureRandom(), Clock.systemUTC())
                        .run(SetupOptions.in(dir.resolve("foreign")))
                        .folder();
        String[] login = {"-c", system.configuration().toString()};

        CommandRun run = push(foreign.resolve("accounts/APP.jwt"), login);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("which n1 does not trust (expected: a key of its operator");
        assertThat(push(foreign, "--force", login[0], login[1]).exitCode()).isEqualTo(1);
        byte[] jwt = Files.readAllBytes(foreign.resolve("accounts/APP.jwt"));
        assertThat(lookup(system, jwt)).isEmpty();

        try (AccountResolvers resolvers = resolvers(system)) {
            assertThat(resolvers.push(jwt, 3, PATIENCE))
                    .as("what servers say to it")
                    .hasSize(3)
                    .allMatch(answer -> answer.refusal().isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource
    void push_staticMode_saysWhyThereIsNothingToPushTo(NatsBinary binary) throws Exception {
        Deployment system = start(Deployment.Plan.of(Deployment.Mode.STATIC, binary));
        Path other =
                new OperatorSetup(ed25519, _ -> "$2a$hash", new SecureRandom(), Clock.systemUTC())
                        .run(SetupOptions.in(dir.resolve("other")))
                        .folder();

        CommandRun run = push(other, "-c", system.configuration().toString());

        assertThat(run.exitCode()).as(run::err).isEqualTo(3);
        assertThat(run.out())
                .contains("  n3: takes no account JWTs: its accounts are in its configuration");
    }

    @ParameterizedTest
    @EnumSource
    void push_noWayIn_isExitThree(NatsBinary binary) throws Exception {
        Deployment system = Deployment.start(Deployment.Plan.of(Deployment.Mode.OPERATOR, binary));
        running = Optional.of(system);
        Path creds = system.folder().resolve("creds");

        CommandRun admin =
                push(
                        system.folder(),
                        "--within",
                        "2",
                        "--creds",
                        creds.resolve("admin.creds").toString(),
                        "--server",
                        system.server().url());
        assertThat(admin.exitCode()).isEqualTo(3);
        assertThat(admin.err()).contains("expected: a login to the system account");

        String url = system.server().url();
        system.server().kill();
        CommandRun down =
                push(
                        system.folder(),
                        "--creds",
                        creds.resolve("system.creds").toString(),
                        "--server",
                        url);
        assertThat(down.exitCode()).isEqualTo(3);
        assertThat(down.err()).contains(url + ": not reachable");
    }

    private Deployment start(Deployment.Plan plan) throws Exception {
        Deployment system = Deployment.start(plan.withServers(3));
        running = Optional.of(system);
        if (!system.folder().resolve("accounts").toFile().isDirectory()) {
            return system;
        }
        awaitAll(system);
        return system;
    }

    private static void awaitAll(Deployment system) throws Exception {
        try (AccountResolvers resolvers = resolvers(system)) {
            Wait.until(
                    "three servers that know one another", PATIENCE, () -> count(resolvers) == 3);
        }
    }

    private static int count(AccountResolvers resolvers) {
        try {
            return resolvers.servers(Duration.ofSeconds(1)).present().size();
        } catch (IOException _) {
            return 0; // nobody answers yet
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CommandRun push(Path place, String... more) {
        List<String> arguments = new ArrayList<>(List.of("setup", "push"));
        arguments.add(place.toString());
        for (String one : more) {
            arguments.addAll(List.of(one.split("=", 2)));
        }
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    /** As one argument, so that it can stand behind others. */
    private static String key(Path house) {
        return "--operator-key=" + house.resolve("keys/offline/operator.signing.nk");
    }

    /** A seed that the command makes. */
    private String fresh() {
        return dir.resolve("fresh.nk").toString();
    }

    private Path account(Path house, String name, Instant issuedAt) throws Exception {
        try (Seed operator = Seed.read(house.resolve("keys/offline/operator.signing.nk"));
                Seed account = Seed.generate(NKeyType.ACCOUNT, new SecureRandom())) {
            AccountClaims claims = AccountClaims.of(account.publicKey(), name, issuedAt);
            return Files.write(
                    dir.resolve(name + ".jwt"), AccountJwt.mint(claims, ed25519.signer(operator)));
        }
    }

    /** It holds the five accounts that it starts with, and no more. */
    private static String withFullStoreOnTheSecond(String configuration) {
        return configuration.contains("server_name: \"n2\"")
                ? configuration.replace("allow_delete: false", "allow_delete: false\n  limit: 5")
                : configuration;
    }

    private static byte[] file(Deployment system, String account) throws Exception {
        return Files.readAllBytes(system.folder().resolve("accounts/" + account + ".jwt"));
    }

    /** What all servers have of the account of this JWT, each version once. */
    private List<byte[]> lookup(Deployment system, byte[] jwt) throws Exception {
        NKey account = new JwtReader(ed25519).readAccount(jwt).claims().subject();
        try (AccountResolvers resolvers = resolvers(system)) {
            return resolvers.lookup(account, 3, PATIENCE);
        }
    }

    private static List<byte[]> versions(AccountResolvers resolvers, NKey account) {
        try {
            return resolvers.lookup(account, 3, Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static AccountResolvers resolvers(Deployment system) throws Exception {
        return resolvers(system.server().url(), system);
    }

    private static AccountResolvers resolvers(String url, Deployment system) throws Exception {
        return resolvers(List.of(url), system);
    }

    private static AccountResolvers resolvers(List<String> urls, Deployment system)
            throws Exception {
        Path creds = system.folder().resolve("creds/system.creds");
        return AccountResolvers.connect(
                new NatsTarget(urls, new NatsLogin.Credentials(creds), Optional.empty()),
                System::nanoTime);
    }
}
