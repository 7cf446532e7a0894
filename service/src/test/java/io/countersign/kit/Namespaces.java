// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Network namespaces on one bridge, each as good as a host: what is in one reaches the others over
 * that bridge, and can be cut off from them. The test reaches each over a link of its own that is
 * never cut. Needs Linux, root and {@code ip}; all of it goes with its workspace. Not thread-safe.
 */
public final class Namespaces implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String prefix = "cs" + ProcessHandle.current().pid() % 1_000_000;
    private final int count;

    /** A /16 of its own for each process; 198.18.0.0/15 is there for tests of networks. */
    private final int net = 18 + (int) (ProcessHandle.current().pid() & 1);

    private final int sub = (int) (ProcessHandle.current().pid() / 2 % 60) * 4;

    private Namespaces(int count) {
        this.count = count;
    }

    /** Why none can be made here; empty if they can. */
    public static Optional<String> missing() {
        String name = "csx" + ProcessHandle.current().pid();
        try {
            String said = run(List.of("ip", "netns", "add", name));
            if (!said.isEmpty()) {
                return Optional.of(said.strip());
            }
            return Optional.of(run(List.of("ip", "netns", "del", name)).strip())
                    .filter(text -> !text.isEmpty());
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** So many, all connected. */
    public static Namespaces create(int count, Workspace workspace) {
        Namespaces all = new Namespaces(count);
        workspace.beforeRemoval(all::close);
        all.make();
        return all;
    }

    private void make() {
        close(); // what a killed run of the same process id may have left
        ip("link add %s type bridge", bridge());
        ip("link set %s up", bridge());
        for (int i = 0; i < count; i++) {
            String name = name(i);
            ip("netns add %s", name);
            ip("-n %s link set lo up", name);
            ip("link add %s type veth peer name eth0 netns %s", data(i), name);
            ip("link set %s master %s up", data(i), bridge());
            ip("-n %s addr add %s/24 dev eth0", name, address(i));
            ip("-n %s link set eth0 up", name);
            ip("link add %s type veth peer name test0 netns %s", test(i), name);
            ip("addr add 198.%d.%d.%d/30 dev %s", net, sub + 1, 4 * i + 1, test(i));
            ip("link set %s up", test(i));
            ip("-n %s addr add %s/30 dev test0", name, reachedAt(i));
            ip("-n %s link set test0 up", name);
        }
    }

    private String bridge() {
        return prefix + "b";
    }

    private String name(int index) {
        return prefix + "n" + index;
    }

    private String data(int index) {
        return prefix + "d" + index;
    }

    private String test(int index) {
        return prefix + "t" + index;
    }

    /** By which the others reach it. */
    public String address(int index) {
        return "198.%d.%d.%d".formatted(net, sub, index + 1);
    }

    /** By which the test reaches it. */
    public String reachedAt(int index) {
        return "198.%d.%d.%d".formatted(net, sub + 1, 4 * index + 2);
    }

    /** What goes before a command to run it in there. */
    public List<String> in(int index) {
        return List.of("ip", "netns", "exec", name(index));
    }

    /** From now on nothing comes or goes, and nobody is told: connections stay open and silent. */
    public void cut(int index) {
        ip("link set %s down", data(index));
    }

    /** Ends a cut. */
    public void heal(int index) {
        ip("link set %s up", data(index));
    }

    /** Starts a nats-server in there and waits until it is ready. */
    public void startServer(int index, NatsBinary binary, Path configuration, Workspace workspace) {
        List<String> command = new ArrayList<>(in(index));
        command.addAll(List.of(binary.path().toString(), "-c", configuration.toString()));
        ServerProcess server =
                ServerProcess.launch(
                        command, workspace, workspace.dir().resolve("nats-" + index + ".log"));
        Wait.until(
                "start of a server in " + name(index),
                PATIENCE,
                () -> !server.isAlive() || server.logged("Server is ready").isPresent());
        if (!server.isAlive()) {
            throw new IllegalStateException("did not start:\n" + server.logSinceLaunch());
        }
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private static void ip(String format, Object... values) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(format.formatted(values).split(" ")));
        try {
            String said = run(command);
            if (!said.isEmpty()) {
                throw new IllegalStateException(String.join(" ", command) + ": " + said.strip());
            }
        } catch (IOException e) {
            throw new IllegalStateException(String.join(" ", command), e);
        }
    }

    /** What it said, which is nothing if all is well. */
    private static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return process.waitFor() == 0 ? "" : said + "exit " + process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** Removes them; links go with their namespaces. What is not there is fine. */
    @Override
    public void close() {
        try {
            for (int i = 0; i < count; i++) {
                var _ = run(List.of("ip", "link", "del", data(i)));
                var _ = run(List.of("ip", "link", "del", test(i)));
                var _ = run(List.of("ip", "netns", "del", name(i)));
            }
            var _ = run(List.of("ip", "link", "del", bridge()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
