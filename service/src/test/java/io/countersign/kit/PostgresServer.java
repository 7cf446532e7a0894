// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of its own in a temporary folder, from Debian's packages; nothing of the
 * machine's own clusters is touched. It refuses to run as root, so root lends it to {@code
 * postgres}. Thread-safe.
 */
public final class PostgresServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final Path folder;
    private final Path programs;
    private final int port;
    private final Process process;

    private PostgresServer(Path folder, Path programs, int port, Process process) {
        this.folder = folder;
        this.programs = programs;
        this.port = port;
        this.process = process;
    }

    /** One for all tests of this JVM; it ends with the JVM. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final PostgresServer SERVER = start(List.of());

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close));
        }
    }

    /** Starts one; settings are {@code name=value}. */
    public static PostgresServer start(List<String> settings) {
        try {
            Path programs = programs();
            Path folder = Files.createTempDirectory("countersign-postgres");
            if (isRoot()) {
                run(List.of("chown", "postgres:", folder.toString()), folder);
            }
            Path data = folder.resolve("data");
            run(
                    asUser(
                            programs.resolve("initdb").toString(),
                            "--pgdata=" + data,
                            "--username=countersign",
                            "--auth=trust",
                            "--no-sync",
                            "--encoding=UTF8",
                            "--locale=C.UTF-8"),
                    folder);
            int port = FreePorts.one();
            List<String> command =
                    new ArrayList<>(
                            asUser(
                                    programs.resolve("postgres").toString(),
                                    "-D",
                                    data.toString(),
                                    "-p",
                                    Integer.toString(port),
                                    "-c",
                                    "listen_addresses=127.0.0.1",
                                    "-c",
                                    "unix_socket_directories="));
            settings.forEach(setting -> command.addAll(List.of("-c", setting)));
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("log").toFile())
                            .start();
            PostgresServer server = new PostgresServer(folder, programs, port, process);
            Wait.until("PostgreSQL listens", PATIENCE, server::isReady);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path programs() throws IOException {
        if (!Files.isDirectory(VERSIONS)) {
            throw new IOException(
                    VERSIONS
                            + ": not there (expected: Debian's package postgresql; ops/test installs it)");
        }
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                    .max(
                            Comparator.comparingInt(
                                    bin -> Integer.parseInt(bin.getName(3).toString())))
                    .orElseThrow(() -> new IOException(VERSIONS + ": no server in it"));
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static List<String> asUser(String... command) {
        List<String> all = new ArrayList<>();
        if (isRoot()) {
            all.addAll(
                    List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        all.addAll(List.of(command));
        return all;
    }

    private static void run(List<String> command, Path folder) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String output =
                new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private boolean isReady() {
        if (!process.isAlive()) {
            throw new IllegalStateException("PostgreSQL ended; see " + folder.resolve("log"));
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            run(psql("postgres", "SELECT 1"), folder);
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    private List<String> psql(String database, String statement) {
        return List.of(
                programs.resolve("psql").toString(),
                "--no-psqlrc",
                "--quiet",
                "--host=127.0.0.1",
                "--port=" + port,
                "--username=countersign",
                "--dbname=" + database,
                "--command=" + statement);
    }

    /** Makes an empty database; its JDBC URL. */
    public String database() {
        String name = "t" + DATABASES.incrementAndGet();
        execute("postgres", "CREATE DATABASE " + name);
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=countersign".formatted(port, name);
    }

    /** Runs a statement as an administrator. */
    public void execute(String database, String statement) {
        try {
            run(psql(database, statement), folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy(); // SIGTERM would wait for clients; they have had their time
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
