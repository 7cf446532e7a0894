// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;

/**
 * One real nats-server process on loopback. It is up when {@code start} returns, and gone with all
 * that it wrote after {@link #close}, or when this JVM ends.
 *
 * <p>A configuration text may say {@code ${dir}} (a directory of this server's own) and {@code
 * ${port:websocket}} (or any other name: a free port, the same one wherever the name stands; see
 * {@link #port(String)}). Client port, monitoring port and log are set on the command line, which
 * beats what the configuration says about them. Not thread-safe, but for {@link #log} and {@link
 * #logged}.
 */
public final class NatsServer implements AutoCloseable {
    /** Generous, because CI machines are slow and nothing waits this long when all is well. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final int MONITOR_LIMIT_MILLIS = 10_000;
    private static final String READY = "Server is ready";
    private static final String RELOADED = "Reloaded server configuration";
    private static final String NOT_RELOADED = "Failed to reload server configuration: (.*)";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a server made of a new configuration. */
    public sealed interface Reload {
        /** In force. */
        record Done() implements Reload {}

        /** The old one stays in force. */
        record Refused(String reason) implements Reload {}
    }

    private final NatsBinary binary;
    private final Workspace workspace;
    private final Path configuration;
    private final Map<String, Integer> ports;
    private final Path logFile;
    private ServerProcess process;

    private NatsServer(
            NatsBinary binary,
            Workspace workspace,
            Path configuration,
            Map<String, Integer> ports) {
        this.binary = binary;
        this.workspace = workspace;
        this.configuration = configuration;
        this.ports = ports;
        this.logFile = workspace.dir().resolve("server.log");
        this.process = launch();
    }

    /**
     * Starts a server with this configuration.
     *
     * @throws IllegalStateException if it does not start; carries its log
     */
    public static NatsServer start(NatsBinary binary, String configuration) {
        return start(binary, configuration, Map.of());
    }

    /**
     * As {@link #start(NatsBinary, String)}, with ports that were chosen before (a cluster's, for
     * example).
     */
    static NatsServer start(NatsBinary binary, String configuration, Map<String, Integer> chosen) {
        Workspace workspace = Workspace.create("countersign-nats-");
        Map<String, Integer> ports = Placeholders.ports(configuration, chosen);
        Path file = workspace.dir().resolve("server.conf");
        String text = Placeholders.fill(configuration, workspace.dir(), ports);
        Io.run(() -> Files.writeString(file, text));
        return started(binary, workspace, file, ports);
    }

    /**
     * Starts a server with a configuration file that stays where it is (so that its includes work)
     * and is taken as it is.
     *
     * @throws IllegalStateException if it does not start; carries its log
     */
    public static NatsServer start(NatsBinary binary, Path configuration) {
        return start(binary, configuration, FreePorts.one());
    }

    /** As {@link #start(NatsBinary, Path)}, for clients on this port. */
    public static NatsServer start(NatsBinary binary, Path configuration, int clientPort) {
        Map<String, Integer> ports = Placeholders.ports("", Map.of("client", clientPort));
        return started(binary, Workspace.create("countersign-nats-"), configuration, ports);
    }

    private static NatsServer started(
            NatsBinary binary, Workspace workspace, Path file, Map<String, Integer> ports) {
        try {
            return new NatsServer(binary, workspace, file, ports);
        } catch (RuntimeException | Error e) {
            workspace.close();
            throw e;
        }
    }

    private ServerProcess launch() {
        List<String> command =
                List.of(
                        binary.path().toString(),
                        "-c",
                        configuration.toString(),
                        "-a",
                        host(),
                        "-p",
                        Integer.toString(port()),
                        "-m",
                        Integer.toString(port("monitor")),
                        "-l",
                        logFile.toString());
        ServerProcess launched = ServerProcess.launch(command, workspace, logFile);
        try {
            Wait.until(
                    "start of " + binary,
                    PATIENCE,
                    () -> !launched.isAlive() || launched.logged(READY).isPresent());
            if (!launched.isAlive()) {
                throw new IllegalStateException("did not start:\n" + launched.logSinceLaunch());
            }
            return launched;
        } catch (RuntimeException | Error e) {
            launched.kill();
            throw e;
        }
    }

    /** Where it listens; always loopback. */
    public String host() {
        return "127.0.0.1";
    }

    /** The port for plain NATS clients (or TLS ones, if so configured). */
    public int port() {
        return port("client");
    }

    /**
     * The port that stands for {@code ${port:name}}; {@code client} and {@code monitor} are always
     * there.
     *
     * @throws IllegalArgumentException if the configuration names no such port
     */
    public int port(String name) {
        Integer port = ports.get(name);
        if (port == null) {
            throw new IllegalArgumentException(
                    "port: " + name + " (expected: one of " + ports.keySet() + ")");
        }
        return port;
    }

    /** The address for client libraries, {@code nats://127.0.0.1:port}. */
    public String url() {
        return "nats://" + host() + ":" + port();
    }

    /** A directory of this server's own: {@code ${dir}} of its configuration. */
    public Path dir() {
        return workspace.dir();
    }

    /** The file that it was started with. */
    public Path configuration() {
        return configuration;
    }

    /** The process id; it changes with {@link #restart}. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process is there; a stopped (SIGSTOP) one is. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * What a monitoring path such as {@code /varz} answers.
     *
     * @throws java.io.UncheckedIOException if the status is not 200, or after ten silent seconds
     */
    public JsonNode monitor(String path) {
        URI address = URI.create("http://" + host() + ":" + port("monitor") + path);
        return Io.get(() -> {
            URLConnection connection = address.toURL().openConnection();
            connection.setConnectTimeout(MONITOR_LIMIT_MILLIS);
            connection.setReadTimeout(MONITOR_LIMIT_MILLIS);
            try (InputStream body = connection.getInputStream()) {
                return JSON.readTree(body);
            }
        });
    }

    /** Everything that it has logged, all starts together. */
    public String log() {
        return ServerProcess.read(logFile, 0);
    }

    /** The first match of the expression in what it logged since it was last started. */
    public Optional<MatchResult> logged(String expression) {
        return process.logged(expression);
    }

    /**
     * Waits until it has logged something that the expression matches, since it was last started.
     *
     * @throws AssertionError if it does not in time; carries the log
     */
    public MatchResult awaitLog(String expression) {
        return awaitLog(expression, 0);
    }

    private MatchResult awaitLog(String expression, long from) {
        try {
            return Wait.forValue(
                    "log line " + expression, PATIENCE, () -> process.logged(expression, from));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + process.logSinceLaunch(), e);
        }
    }

    /**
     * Makes it read its file again, with this new content (placeholders allowed, no new port
     * names).
     */
    public Reload reload(String newConfiguration) {
        String text = Placeholders.fill(newConfiguration, workspace.dir(), ports);
        Io.run(() -> Files.writeString(configuration, text));
        return reload();
    }

    /** Makes it read its file again and waits for its verdict. */
    public Reload reload() {
        long from = process.logSize();
        process.signal("HUP");
        MatchResult verdict = awaitLog(RELOADED + "|" + NOT_RELOADED, from);
        return verdict.group().equals(RELOADED)
                ? new Reload.Done()
                : new Reload.Refused(verdict.group(1));
    }

    /** SIGKILL: no farewell to its clients, nothing flushed. Returns when it is gone. */
    public void kill() {
        process.kill();
    }

    /** SIGTERM: an orderly end. Returns when it is gone. */
    public void stop() {
        process.stop(PATIENCE);
    }

    /** SIGINT: an orderly end, also of one in lame duck mode. Returns when it is gone. */
    public void interrupt() {
        process.signal("INT");
        Wait.until("end of " + pid(), PATIENCE, () -> !process.isAlive());
    }

    /** SIGSTOP: frozen, its connections stay open and silent. */
    public void sigstop() {
        process.freeze();
    }

    /** SIGCONT: goes on after {@link #sigstop}. */
    public void sigcont() {
        process.signal("CONT");
    }

    /** Lame duck mode: asks its clients to leave, then ends by itself. */
    public void lameDuck() {
        process.signal("USR2");
    }

    /**
     * A new process with the same configuration, ports and directory; ends the old one first if it
     * still runs.
     */
    public void restart() {
        stop();
        process = launch();
    }

    /** Ends the process and removes everything that it wrote. */
    @Override
    public void close() {
        workspace.close();
    }
}
