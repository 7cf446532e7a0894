// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What {@code ops/demo} runs: three real servers, three instances, and real clients (the NATS Java
 * client) that get in or do not, for the right reasons. With {@code --check} it ends with 0 if
 * every outcome was as promised, else with 1.
 */
public final class Demo {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TOKEN = "demo-token-of-sensor-7";

    /**
     * One login and what must come of it.
     *
     * @param reason code that the audit entry of a refusal carries; empty if the client gets in
     */
    private record Login(String title, Options.Builder client, String reason) {}

    private final PrintStream out;
    private final Deployment system;
    private final List<InstanceProcess> instances = new ArrayList<>();
    private final boolean withSentinel;
    private int broken;

    private Demo(PrintStream out, Deployment system, boolean withSentinel) {
        this.out = out;
        this.system = system;
        this.withSentinel = withSentinel;
    }

    /** Runs the demo. Arguments: {@code --check}, {@code --static}. */
    public static void main(String[] args) throws Exception {
        List<String> given = Arrays.asList(args);
        boolean check = given.contains("--check");
        Deployment.Mode mode =
                given.contains("--static") ? Deployment.Mode.STATIC : Deployment.Mode.OPERATOR;
        int code = run(System.out, mode, check);
        System.exit(code);
    }

    private static int run(PrintStream out, Deployment.Mode mode, boolean check)
            throws IOException, InterruptedException {
        out.println(
                "Starting 3 NATS servers ("
                        + mode.name().toLowerCase(java.util.Locale.ROOT)
                        + " mode) …");
        Deployment.Plan plan = Deployment.Plan.of(mode, NatsBinary.NEWEST).withServers(3);
        try (Deployment system = Deployment.start(plan).withTelemetry("")) {
            Demo demo = new Demo(out, system, mode == Deployment.Mode.OPERATOR);
            demo.startInstances();
            demo.logins();
            demo.guess();
            demo.revoke();
            demo.killOne();
            demo.askTools();
            demo.look();
            if (check) {
                out.println(
                        demo.broken == 0
                                ? "\nAll as promised."
                                : "\nNOT as promised: " + demo.broken);
                return demo.broken == 0 ? 0 : 1;
            }
            demo.invite();
            new CountDownLatch(1).await();
            return 0;
        }
    }

    private void startInstances() throws IOException {
        system.withUsers(
                """
                  - name: sensor-7
                    tokens: [{id: demo, hash: "sha256:%s"}]
                    groups: [app]
                  - name: office
                    password: %s
                    groups: [app]
                    networks: [10.0.0.0/8]
                  - name: %s
                    password: %s
                    groups: [app]
                """
                        .formatted(
                                DemoCommand.sha256(TOKEN),
                                CheapHash.of("office-password").encoded(),
                                DemoGuesser.USER,
                                CheapHash.of(DemoGuesser.PASSWORD).encoded()));
        out.println("Starting 3 Countersign instances …");
        List<String> names = List.of("demo-a", "demo-b", "demo-c");
        List<Path> files = InstanceCluster.configurations(system, names);
        for (int i = 0; i < names.size(); i++) {
            instances.add(InstanceProcess.start(names.get(i), files.get(i), system.workspace()));
        }
        instances.forEach(InstanceProcess::awaitReady);
        out.println();
    }

    private void logins() throws IOException, InterruptedException {
        String password = system.password("alice");
        for (NatsServer server : system.servers()) {
            try_(server, new Login("alice, right password", user("alice", password), ""));
        }
        NatsServer server = system.server();
        try_(server, new Login("sensor-7, token", client().token(TOKEN.toCharArray()), ""));
        try_(server, new Login("alice, wrong password", user("alice", "wrong"), "bad-credential"));
        try_(
                server,
                new Login("mallory, whom nobody knows", user("mallory", "x"), "no-authenticator"));
        try_(
                server,
                new Login(
                        "office, from a wrong network",
                        user("office", "office-password"),
                        "address-not-allowed"));
    }

    private void guess() throws IOException, InterruptedException {
        DemoGuesser.Login login =
                (server, name, password) -> {
                    Optional<Connection> client = connect(server, user(name, password));
                    if (client.isPresent()) {
                        client.get().close();
                    }
                    return client.isPresent();
                };
        broken += new DemoGuesser(out, system, login).show();
    }

    /** A stolen credential: its live session ends, and no instance lets it in again. */
    private void revoke() throws IOException, InterruptedException {
        out.println("\nThe token of sensor-7 is stolen …");
        NatsServer server = system.servers().getLast();
        Optional<Connection> live = connect(server, client().token(TOKEN.toCharArray()));
        report("sensor-7, before that", server, live.isPresent() ? "" : "no answer", "");
        String said =
                DemoCommand.run(
                        system, "revoke", "principal", "users:sensor-7", "--reason", "stolen");
        said("countersign revoke", said, "enforced on 3 of 3");
        said("its live session", said, "ended 1 live sessions, 0 remain");
        if (live.isPresent()) {
            Wait.until(
                    "the end of a revoked session",
                    PATIENCE,
                    () -> live.get().getStatus() == Connection.Status.CLOSED);
        }
        // Three times as many logins as instances on each server: all of them are asked.
        for (NatsServer each : system.servers()) {
            for (int i = 0; i < 3 * instances.size(); i++) {
                try_(
                        each,
                        new Login(
                                "sensor-7, try " + (i + 1),
                                client().token(TOKEN.toCharArray()),
                                "revoked"));
            }
        }
    }

    private void said(String title, String text, String promised) {
        boolean good = text.contains(promised);
        out.printf("  %-38s %s%n", title, good ? promised : "NOT: " + promised + "\n" + text);
        broken += good ? 0 : 1;
    }

    /** One instance dies hard; the others go on, and clients get in on the first or second try. */
    private void killOne() throws IOException, InterruptedException {
        out.println("\nkill -9 of demo-b …");
        instances.get(1).kill();
        String password = system.password("alice");
        for (NatsServer server : system.servers()) {
            Optional<Connection> client = Optional.empty();
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (client.isEmpty() && System.nanoTime() < end) {
                client = connect(server, user("alice", password));
            }
            report(
                    "alice, with two of three instances",
                    server,
                    client.isPresent() ? "" : "no answer",
                    "");
            if (client.isPresent()) {
                client.get().close();
            }
        }
    }

    /** What an operator would ask next: is it healthy, and is every decision on record? */
    private void askTools() throws IOException, InterruptedException {
        out.println("\nWhat the tools say …");
        String configuration = system.configuration().toString();
        tool("doctor", "doctor", "--config", configuration);
        tool("audit verify, the stream", "audit", "verify", "--stream", "--config", configuration);
    }

    /** The audit view, if its jar was built: it answers, and shows the logins above. */
    private void look() throws IOException, InterruptedException {
        String jar = System.getProperty("countersign.view.jar", "");
        if (jar.isEmpty()) {
            return;
        }
        out.println("\nThe audit view …");
        DemoView started =
                DemoView.start(system, instances.stream().map(InstanceProcess::witness).toList());
        system.workspace().beforeRemoval(started::close);
        started.enter();
        boolean good = started.shows(List.of("alice", "sensor-7", "mallory", "bad-credential"));
        broken += good ? 0 : 1;
        out.printf("  %-38s %s%n", "shows who got in and who did not", good ? "yes" : "NO");
        out.printf("  %s  (log in: %s)%n", started.url(), started.login());
    }

    private void tool(String title, String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile(system.folder(), "tool-", ".txt");
        Process process =
                new ProcessBuilder(InstanceProcess.command(arguments))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        boolean good = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        good = good && process.exitValue() == 0;
        out.printf("  %-38s %s%n", title, good ? "all is well" : "NOT well:");
        if (!good) {
            broken++;
            out.println(Files.readString(output).indent(4));
        }
    }

    private void try_(NatsServer server, Login login) throws IOException, InterruptedException {
        Optional<Connection> client = connect(server, login.client());
        String reason = "";
        if (client.isPresent()) {
            client.get().close();
        } else {
            reason = reasonOf(server);
        }
        report(login.title(), server, reason, login.reason());
    }

    /** The server's log names code and entry of the refusal. */
    private static String reasonOf(NatsServer server) {
        return Wait.forValue(
                "a refusal in the server's log",
                PATIENCE,
                () -> {
                    List<String> reasons = new ArrayList<>();
                    java.util.regex.Pattern.compile("service returned an error: ([a-z-]+) ")
                            .matcher(server.log())
                            .results()
                            .forEach(m -> reasons.add(m.group(1)));
                    return reasons.isEmpty() ? Optional.empty() : Optional.of(reasons.getLast());
                });
    }

    private void report(String title, NatsServer server, String seen, String promised) {
        boolean good = seen.equals(promised);
        if (!good) {
            broken++;
        }
        out.printf(
                "  %-38s on :%d  %-9s %s%s%n",
                title,
                server.port(),
                seen.isEmpty() ? "allowed" : "refused",
                seen,
                good ? "" : "   ← promised: " + (promised.isEmpty() ? "allowed" : promised));
    }

    private Options.Builder client() {
        Options.Builder options = new Options.Builder().maxReconnects(0).ignoreDiscoveredServers();
        // A refused login is what this shows; the library would print each as an error.
        options.errorListener(new ErrorListener() {});
        if (withSentinel) {
            Path sentinel = system.folder().resolve("creds").resolve("sentinel.creds");
            options.authHandler(Nats.credentials(sentinel.toString()));
        }
        return options;
    }

    private Options.Builder user(String name, String password) {
        return client().userInfo(name.toCharArray(), password.toCharArray());
    }

    private static Optional<Connection> connect(NatsServer server, Options.Builder options)
            throws IOException, InterruptedException {
        try {
            return Optional.of(Nats.connect(options.server(server.url()).build()));
        } catch (AuthenticationException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (e.getMessage() != null && e.getMessage().contains("Unable to connect")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void invite() {
        out.printf(
                """

                It is running. Try:
                  nats --server %s --user alice --password '%s' pub app.hello hi
                  ops/countersign check --config %s
                Users and policy are in %s
                Ctrl-C ends everything.
                %n\
                """,
                system.server().url(),
                system.password("alice"),
                system.configuration(),
                system.folder());
    }
}
