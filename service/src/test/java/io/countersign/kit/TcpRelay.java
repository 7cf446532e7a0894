// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bad network between a client and a server: listens on a port of its own and passes everything
 * on, late, not at all, or cuts the connections. Needed because a test must not slow the machine's
 * own network down. Thread-safe; the switches work at any time.
 */
public final class TcpRelay implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;

    /** Chunks under way in one direction: enough for a delay, and bounded as a network is. */
    private static final int UNDER_WAY = 256;

    private final InetSocketAddress target;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition flowing = lock.newCondition();
    private boolean isBlackHole;
    private volatile boolean isCut;
    private volatile Duration delay = Duration.ZERO;

    private TcpRelay(InetSocketAddress target, ServerSocket listener) {
        this.target = target;
        this.listener = listener;
    }

    /** Starts a relay to that port. */
    public static TcpRelay to(String host, int port) {
        return Io.get(() -> {
            ServerSocket listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
            TcpRelay relay = new TcpRelay(new InetSocketAddress(host, port), listener);
            Thread.ofVirtual().name("relay").start(relay::acceptAll);
            return relay;
        });
    }

    /** Starts a relay to this server's client port. */
    public static TcpRelay to(NatsServer server) {
        return to(server.host(), server.port());
    }

    /** Where it listens. */
    public String host() {
        return listener.getInetAddress().getHostAddress();
    }

    /** Where it listens. */
    public int port() {
        return listener.getLocalPort();
    }

    /** From now on everything takes this much longer, in each direction. */
    public void delay(Duration time) {
        delay = time;
    }

    /**
     * From now on nothing gets through, while connections stay open: what a pulled cable looks
     * like. Nothing is lost. New connections are still taken, since the kernel does that, and stay
     * silent.
     */
    public void blackHole() {
        setBlackHole(true);
    }

    /** Ends all connections, and new ones as they come. */
    public void cut() {
        lock.lock();
        try {
            isCut = true;
            flowing.signalAll();
        } finally {
            lock.unlock();
        }
        sockets.forEach(TcpRelay::end);
    }

    /**
     * Everything works again: what was held back flows, new connections are taken. The delay stays.
     */
    public void heal() {
        isCut = false;
        setBlackHole(false);
    }

    /** How many connections go through it now. */
    public int connections() {
        return sockets.size() / 2;
    }

    private void setBlackHole(boolean value) {
        lock.lock();
        try {
            isBlackHole = value;
            flowing.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().name("relay").start(() -> join(client));
            } catch (IOException _) {
                // Closed: the loop ends. Anything else concerns that one connection only.
            }
        }
    }

    private void join(Socket client) {
        Socket server = new Socket();
        sockets.add(client);
        sockets.add(server);
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(target);
        } catch (IOException _) {
            end(client);
            end(server);
        }
        // Looked at after both are in the set, so that a cut at any moment sees them or is seen
        // here.
        if (isCut || listener.isClosed() || client.isClosed()) {
            end(client);
            end(server);
            sockets.remove(client);
            sockets.remove(server);
            return;
        }
        pump(client, server);
        pump(server, client);
    }

    /** A chunk and when it is due, on the monotonic clock. */
    private static final class Chunk {
        private final byte[] bytes;
        private final long due;

        Chunk(byte[] bytes, long due) {
            this.bytes = bytes;
            this.due = due;
        }
    }

    /**
     * One direction: a reader stamps each chunk with its due time, a writer holds it until then. An
     * empty chunk is the end.
     */
    private void pump(Socket from, Socket to) {
        BlockingQueue<Chunk> underWay = new ArrayBlockingQueue<>(UNDER_WAY);
        Thread.ofVirtual().name("relay").start(() -> writeAll(underWay, from, to));
        Thread.ofVirtual().name("relay").start(() -> readAll(from, underWay));
    }

    private void readAll(Socket from, BlockingQueue<Chunk> underWay) {
        byte[] buffer = new byte[CHUNK];
        try {
            int count = 0;
            while (count >= 0) {
                count = readSome(from, buffer);
                long due = System.nanoTime() + delay.toNanos();
                underWay.put(new Chunk(Arrays.copyOf(buffer, Math.max(count, 0)), due));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Bytes, or −1 at the end, however it came. */
    private static int readSome(Socket from, byte[] buffer) {
        try {
            InputStream in = from.getInputStream();
            return in.read(buffer);
        } catch (IOException _) {
            return -1;
        }
    }

    private void writeAll(BlockingQueue<Chunk> underWay, Socket from, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            for (Chunk chunk = underWay.take(); chunk.bytes.length > 0; chunk = underWay.take()) {
                awaitDue(chunk.due);
                awaitFlow();
                out.write(chunk.bytes);
            }
            awaitFlow();
        } catch (IOException _) {
            // One side is gone: the other must hear of it.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            end(from);
            end(to);
            underWay.clear(); // the reader may wait for room
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void awaitDue(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void awaitFlow() throws InterruptedException {
        lock.lock();
        try {
            while (isBlackHole && !isCut) {
                flowing.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // It is as closed as it gets.
        }
    }

    /** Ends all connections and the relay. */
    @Override
    public void close() {
        Io.run(listener::close);
        cut();
    }
}
