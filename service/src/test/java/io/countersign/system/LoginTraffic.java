// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import io.countersign.kit.Login;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Clients that log in again and again as client libraries do: they know all servers, give each two
 * seconds, and try the next one if it does not take them. Each prefers another server.
 *
 * <p>What is kept as a fault: any refusal, wherever it comes from; and any attempt at a server that
 * is not {@linkplain #rolling being restarted} which does not end in a login.
 */
final class LoginTraffic implements AutoCloseable {
    /** As the Go and Java clients (design, decision 5). */
    private static final Duration CONNECT = Duration.ofSeconds(2);

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final List<NatsServer> servers;
    private final Supplier<Map<String, ?>> connect;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> clients = new ArrayList<>();

    /** Logins so far, for each server. */
    private final List<AtomicInteger> admitted;

    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Queue<String> excused = new ConcurrentLinkedQueue<>();
    private volatile @Nullable NatsServer rolling;
    private volatile boolean over;

    /**
     * Starts a client for each server.
     *
     * @param connect the fields of CONNECT, asked for each time
     */
    LoginTraffic(List<NatsServer> servers, Supplier<Map<String, ?>> connect) {
        this.servers = List.copyOf(servers);
        this.connect = connect;
        this.admitted = servers.stream().map(_ -> new AtomicInteger()).toList();
        for (int i = 0; i < servers.size(); i++) {
            int first = i;
            clients.add(threads.submit(() -> run(first)));
        }
    }

    private void run(int first) {
        while (!over) {
            int attempts = 0;
            while (!isIn((first + attempts) % servers.size())) {
                attempts++;
                if (attempts > servers.size()) {
                    faults.add("not in after " + attempts + " attempts");
                    break;
                }
            }
        }
    }

    private boolean isIn(int index) {
        NatsServer server = servers.get(index);
        boolean excuse = server == rolling;
        String trouble;
        try (RawClient client = RawClient.connect(server)) {
            Login login = client.login(connect.get(), CONNECT);
            if (login instanceof Login.Admitted) {
                admitted.get(index).incrementAndGet();
                return true;
            }
            excuse &= !(login instanceof Login.Refused);
            trouble = login + " " + client.errors();
        } catch (UncheckedIOException e) {
            trouble = String.valueOf(e.getMessage());
        }
        String text = server.url() + ": " + trouble;
        (excuse || (server == rolling && !trouble.startsWith("Refused")) ? excused : faults)
                .add(text);
        return false;
    }

    /** While this runs, clients may find that server closed, or get no answer there. */
    void rolling(NatsServer server, Runnable restart) {
        rolling = server;
        try {
            restart.run();
        } finally {
            rolling = null;
        }
    }

    /** Waits until each server has let that many more clients in. */
    void awaitLogins(int more) {
        List<Integer> before = admitted.stream().map(AtomicInteger::get).toList();
        Wait.until(
                more + " logins at each server, faults " + faults,
                PATIENCE,
                () ->
                        IntStream.range(0, before.size())
                                .allMatch(i -> admitted.get(i).get() >= before.get(i) + more));
    }

    /** Ends the clients; what went wrong, oldest first. */
    List<String> stop() throws InterruptedException, ExecutionException {
        over = true;
        for (Future<?> each : clients) {
            each.get();
        }
        return List.copyOf(faults);
    }

    /** All logins so far, and attempts in vain at a server that was being restarted. */
    String summary() {
        int all = admitted.stream().mapToInt(AtomicInteger::get).sum();
        return all + " logins, " + excused.size() + " attempts at a server under restart";
    }

    @Override
    public void close() {
        over = true;
        threads.close();
    }
}
