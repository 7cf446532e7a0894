// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.browser;

import io.countersign.kit.Deployment;
import io.countersign.kit.FreePorts;
import io.countersign.kit.InstanceProcess;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.PostgresServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.ViewProcess;
import io.countersign.kit.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A NATS server, two instances that know and witness one another, and the view, each a process of
 * its own; and a browser. Not thread-safe.
 */
final class RealStack implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Deployment system;
    private final List<String> witnesses;
    private final String people;
    private final List<ViewProcess> views = new ArrayList<>();
    private final Chrome chrome;

    private RealStack(Deployment system) throws Exception {
        this.system = system;
        List<InstanceProcess> instances = new ArrayList<>();
        List<Integer> ports = FreePorts.several(2);
        String members = ports.stream().map(p -> "\"127.0.0.1:" + p + "\"").toList().toString();
        for (int i = 0; i < ports.size(); i++) {
            Path file = system.folder().resolve("countersign-" + i + ".yaml");
            Files.writeString(
                    file,
                    Files.readString(system.configuration())
                            + "cluster-network: {listen: \"127.0.0.1:%d\", members: %s}%n"
                                    .formatted(ports.get(i), members)
                            + "audit: {witness: 1s}\n");
            instances.add(InstanceProcess.start("n" + (i + 1), file, system.workspace()));
        }
        instances.forEach(InstanceProcess::awaitReady);
        this.witnesses = instances.stream().map(InstanceProcess::witness).toList();
        this.people = PostgresServer.shared().database();
        this.views.add(startView("view", "witnesses: " + witnesses));
        this.chrome = Chrome.launch();
    }

    static RealStack start() throws Exception {
        Deployment system =
                Deployment.start(Deployment.Plan.of(Deployment.Mode.OPERATOR, NatsBinary.NEWEST));
        try {
            return new RealStack(system);
        } catch (Exception | Error e) {
            system.close();
            throw e;
        }
    }

    private ViewProcess startView(String name, String more) throws IOException {
        Path configuration = system.folder().resolve(name + ".yaml");
        Files.writeString(
                configuration,
                """
                data: %s
                port: %d
                people: "%s"
                nats: {servers: ["%s"], credentials: creds/operations.creds}
                admin: {key: keys/admin-requests.nk, credentials: creds/admin.creds, cluster: test}
                %s
                """
                        .formatted(
                                name + "-data",
                                FreePorts.several(1).getFirst(),
                                people,
                                system.server().url(),
                                more));
        return ViewProcess.start(configuration, system.workspace().dir().resolve(name + ".log"));
    }

    /**
     * Another view beside the first: an index of its own, the same people, the same session key,
     * and no witness that it knows.
     */
    ViewProcess replica(String name) throws IOException {
        Path data = Files.createDirectory(data(name));
        Files.copy(
                data("view").resolve("session.key"),
                data.resolve("session.key"),
                StandardCopyOption.COPY_ATTRIBUTES);
        ViewProcess view = startView(name, "");
        views.add(view);
        return view;
    }

    /** Where a view keeps what is its own. */
    Path data(String name) {
        return system.folder().resolve(name + "-data");
    }

    /** The keys with which the instances co-sign for one another. */
    List<String> witnesses() {
        return witnesses;
    }

    Path folder() {
        return system.folder();
    }

    ViewProcess view() {
        return views.getFirst();
    }

    Chrome chrome() {
        return chrome;
    }

    String password(String user) {
        return system.password(user);
    }

    Login connect(String user, String password) {
        try (RawClient client = RawClient.connect(system.server())) {
            return login(client, user, password);
        }
    }

    private Login login(RawClient client, String user, String password) {
        return client.login(system.connect(Map.of("user", user, "pass", password)), PATIENCE);
    }

    /** A busy machine may leave a login unanswered, which is no refusal of ours. */
    RawClient admitted() {
        return Wait.forValue(
                "alice is let in",
                PATIENCE,
                () -> {
                    RawClient client = RawClient.connect(system.server());
                    if (login(client, "alice", system.password("alice"))
                            instanceof Login.Admitted) {
                        return Optional.of(client);
                    }
                    client.close();
                    return Optional.empty();
                });
    }

    String policy() {
        try {
            return Files.readString(system.folder().resolve("policy.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void change(String policy) {
        system.withPolicy(policy);
    }

    /** The command line tool, in a process; its exit code. */
    int run(String... arguments) throws IOException, InterruptedException {
        return new ProcessBuilder(InstanceProcess.command(arguments))
                .directory(system.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(system.workspace().dir().resolve("command.log").toFile())
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        chrome.close();
        views.forEach(ViewProcess::close);
        system.close();
    }
}
