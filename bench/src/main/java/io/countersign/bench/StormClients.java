// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;

/**
 * Thousands of NATS clients on one thread, which do what a client at a reconnect should: log in,
 * give up after two seconds or when the server says no, wait, longer each time, and try the next
 * server. With the same short wait each time, servers whose cores are all busy do nothing but
 * logins that nobody waits for any more, and nobody gets in. Whoever is in stays connected. Not
 * thread-safe.
 */
final class StormClients implements AutoCloseable {
    /** What the Go client's dialling has. */
    private static final long PATIENCE = 2_000_000_000L;

    private static final long SHORTEST_PAUSE = 100_000_000L;

    /** The longest first pause; doubled at each failure, this often at most. */
    private static final long FIRST_PAUSE = 1_000_000_000L;

    private static final int DOUBLINGS = 5;

    private final Selector selector = Selector.open();
    private final List<InetSocketAddress> servers;
    private final byte[] connect;
    private final Random random = new Random(10_000);
    private final List<Client> clients = new ArrayList<>();
    private final NavigableSet<Client> alarms =
            new TreeSet<>(
                    Comparator.comparingLong((Client client) -> client.alarm)
                            .thenComparingInt(client -> client.number));
    private final Latencies entered = new Latencies();
    private final long began = System.nanoTime();
    private int refusals;
    private int timeouts;
    private int cuts;

    /** One of them. */
    private static final class Client {
        private final int number;
        private final ByteBuffer in = ByteBuffer.allocate(4096);
        private int failures;
        private int server;
        private SocketChannel channel;
        private long alarm;
        private boolean waits;
        private boolean asked;
        private boolean isIn;

        private Client(int number, int server, SocketChannel channel) {
            this.number = number;
            this.server = server;
            this.channel = channel;
        }
    }

    StormClients(List<InetSocketAddress> servers, String token) throws IOException {
        this.servers = servers;
        this.connect =
                ("CONNECT"
                                + " {\"verbose\":false,\"pedantic\":false,\"lang\":\"storm\",\"version\":\"1\","
                                + "\"protocol\":1,\"name\":\"storm\",\"auth_token\":\""
                                + token
                                + "\"}\r\nPING\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
    }

    /** So many more knock, all at once. */
    void start(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Client client = new Client(clients.size(), i % servers.size(), SocketChannel.open());
            clients.add(client);
            dial(client);
        }
    }

    /** Lets them act until so many are in, or until the time is up. */
    boolean runUntil(int in, long nanoTime) throws IOException {
        while (entered.count() < in && System.nanoTime() < nanoTime) {
            selector.select(20);
            for (SelectionKey key : selector.selectedKeys()) {
                act((Client) key.attachment(), key);
            }
            selector.selectedKeys().clear();
            ring();
        }
        return entered.count() >= in;
    }

    private void ring() throws IOException {
        long now = System.nanoTime();
        while (!alarms.isEmpty() && alarms.first().alarm <= now) {
            Client client = alarms.removeFirst();
            if (client.waits) {
                client.channel = SocketChannel.open();
                dial(client);
            } else {
                timeouts++;
                pause(client);
            }
        }
    }

    private void dial(Client client) throws IOException {
        client.waits = false;
        client.asked = false;
        client.in.clear();
        client.channel.configureBlocking(false);
        SelectionKey key = client.channel.register(selector, SelectionKey.OP_CONNECT, client);
        set(client, PATIENCE);
        try {
            if (client.channel.connect(servers.get(client.server))) {
                key.interestOps(SelectionKey.OP_READ); // at once: no selector will tell
            }
        } catch (IOException e) {
            cuts++;
            pause(client);
        }
    }

    private void set(Client client, long nanos) {
        client.alarm = System.nanoTime() + nanos;
        alarms.add(client);
    }

    private void pause(Client client) throws IOException {
        alarms.remove(client);
        client.channel.close();
        client.server = (client.server + 1) % servers.size();
        client.waits = true;
        set(client, random.nextLong(SHORTEST_PAUSE, FIRST_PAUSE << client.failures));
        client.failures = Math.min(client.failures + 1, DOUBLINGS);
    }

    private void act(Client client, SelectionKey key) throws IOException {
        try {
            if (key.isConnectable() && client.channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_READ);
            } else if (key.isReadable()) {
                read(client);
            }
        } catch (IOException e) {
            if (!client.isIn) {
                cuts++;
                pause(client);
            }
        }
    }

    private void read(Client client) throws IOException {
        if (client.channel.read(client.in) < 0) {
            throw new IOException("closed by the server");
        }
        String said =
                new String(client.in.array(), 0, client.in.position(), StandardCharsets.US_ASCII);
        if (!client.asked) {
            if (said.contains("\r\n")) {
                client.asked = true;
                client.in.clear();
                client.channel.write(ByteBuffer.wrap(connect));
            }
        } else if (client.isIn) {
            client.in.clear();
            if (said.contains("PING\r\n")) {
                client.channel.write(
                        ByteBuffer.wrap("PONG\r\n".getBytes(StandardCharsets.US_ASCII)));
            }
        } else if (said.contains("-ERR")) {
            refusals++;
            pause(client);
        } else if (said.contains("PONG\r\n")) {
            client.isIn = true;
            client.in.clear();
            alarms.remove(client);
            entered.add(System.nanoTime() - began);
        }
    }

    /** When each that is in got in, from the beginning. */
    Latencies entered() {
        return entered;
    }

    /** How often a server said no, how often nobody said anything in time, and lost connections. */
    String troubles() {
        return "%d refusals, %d without an answer in 2 s, %d cut off"
                .formatted(refusals, timeouts, cuts);
    }

    @Override
    public void close() throws IOException {
        for (Client client : clients) {
            client.channel.close();
        }
        selector.close();
    }
}
