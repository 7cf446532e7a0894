// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.config.ClusterNetwork;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.nats.AccountResolvers;
import io.countersign.nats.NatsTarget;
import io.countersign.rotation.Fleet;
import io.countersign.rotation.InstanceKeys;
import io.countersign.rotation.Reach;
import io.countersign.setup.AccountFile;
import io.countersign.setup.AccountPush;
import io.countersign.setup.PushRefused;
import io.countersign.setup.PushReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Asks instances by signed requests and servers by the system account, each time over a connection
 * of its own: the servers that it would keep one to are restarted meanwhile. One thread.
 */
final class CommandReach implements Reach {
    private static final Duration ANSWERS = Duration.ofSeconds(3);

    private final AdminOption admin;
    private final int expected;

    /** {@code instances}: how many there are; 0 if that was not said. */
    CommandReach(AdminOption admin, int instances) {
        this.admin = admin;
        this.expected = instances;
    }

    @Override
    public Fleet instances() throws IOException, InterruptedException {
        JsonNode heard = admin.ask("instances", PrettyJson.object(), Duration.ZERO);
        Set<String> names = new TreeSet<>(texts(heard.path("by")));
        names.addAll(texts(heard.path("silent")));
        int count = Math.max(names.size(), configured());
        List<InstanceKeys> answers =
                admin.askEach(EachActs.KEYS, PrettyJson.object(), count, ANSWERS).all().stream()
                        .map(InstanceKeys::read)
                        .toList();
        names.removeAll(answers.stream().map(InstanceKeys::instance).collect(Collectors.toSet()));
        List<String> silent = new ArrayList<>(names);
        for (int i = answers.size() + silent.size(); i < count; i++) {
            silent.add("number " + (i + 1) + " of " + count);
        }
        return new Fleet(answers, silent);
    }

    private int configured() {
        return expected > 0
                ? expected
                : config().clusterNetwork().map(ClusterNetwork::instances).orElse(1);
    }

    private ServiceConfig config() {
        return ServiceConfig.load(file(), Surroundings.ofProcess());
    }

    private Path file() {
        return admin.file();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private Optional<NatsTarget> system() throws IOException {
        try {
            return NatsSettings.of(config(), new Secrets(Surroundings.ofProcess().environment()))
                    .system();
        } catch (InvalidKey e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private NatsTarget neededSystem() throws IOException {
        return system().orElseThrow(() ->
                new CommandFailed(
                        ExitCode.USAGE,
                        file()
                                + ": no nats.system (expected: a login to the system"
                                + " account)"));
    }

    @Override
    public Optional<Servers> servers() throws IOException, InterruptedException {
        Optional<NatsTarget> target = system();
        if (target.isEmpty()) {
            return Optional.empty();
        }
        try (AccountResolvers resolvers =
                AccountResolvers.connect(target.get(), System::nanoTime)) {
            AccountResolvers.Servers found = resolvers.servers(ANSWERS);
            List<String> missing = new ArrayList<>(resolvers.unreachable());
            int silent = found.known() - found.present().size();
            if (silent > 0) {
                missing.add("%d of %d servers did not answer".formatted(silent, found.known()));
            }
            return Optional.of(
                    new Servers(
                            found.present().stream()
                                    .map(it -> new Server(it.id(), it.name()))
                                    .toList(),
                            missing));
        }
    }

    @Override
    public List<Version> versions(NKey account) throws IOException, InterruptedException {
        try (AccountResolvers resolvers =
                AccountResolvers.connect(neededSystem(), System::nanoTime)) {
            int servers = resolvers.servers(ANSWERS).present().size();
            List<Version> versions = new ArrayList<>();
            resolvers
                    .loaded(account, servers, ANSWERS)
                    .forEach((name, jwt) -> versions.add(new Version("server " + name, jwt)));
            resolvers.lookup(account, servers, ANSWERS).stream()
                    .map(jwt -> new Version("a server's store", jwt))
                    .forEach(versions::add);
            return versions;
        }
    }

    @Override
    public List<Signed> signed(NKey account) throws IOException, InterruptedException {
        try (AccountResolvers resolvers =
                AccountResolvers.connect(neededSystem(), System::nanoTime)) {
            return resolvers.signed(account, resolvers.servers(ANSWERS), ANSWERS).stream()
                    .map(it -> new Signed(it.server(), it.key(), it.connections(), it.sample()))
                    .toList();
        }
    }

    @Override
    public PushReport push(AccountFile account) throws IOException, PushRefused {
        try (SystemAccount system = SystemAccount.connect(neededSystem())) {
            return new AccountPush(Ed25519.best(), system)
                    .run(List.of(account), new AccountPush.Options(false, ANSWERS));
        }
    }
}
