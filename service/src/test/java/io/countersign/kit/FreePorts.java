// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Picks loopback ports that nobody listens on. A cluster's routes must be known before its servers
 * start, and a restarted server must come back where it was, so "any port" of the server itself
 * does not do.
 *
 * <p>Tests run in several processes at once, and a port is free to look at while its server is yet
 * to start, or starts again. So each process has a share of the ports to itself as long as it
 * lives, and takes all of them in turn before it takes one twice. Thread-safe.
 */
public final class FreePorts {
    /**
     * Below the range that Linux hands out to outgoing connections: one of those could take the
     * port before its server does.
     */
    private static final int LOWEST = 20_000;

    private static final int SHARES = 12;
    private static final int SHARE = 1000;

    private static final FreePorts OWN = share();

    private final int lowest;
    private final int count;

    /** What other processes see of it; the system takes it from one that is gone. */
    @SuppressWarnings({"unused", "FieldCanBeLocal"}) // held, not read
    private final @Nullable FileLock held;

    private int next;

    private FreePorts(int lowest, int count, @Nullable FileLock held) {
        this.lowest = lowest;
        this.count = count;
        this.held = held;
        this.next = ThreadLocalRandom.current().nextInt(count);
    }

    /** The first share that no other process has; with more processes than shares, all of them. */
    private static FreePorts share() {
        for (int i = 0; i < SHARES; i++) {
            Optional<FileLock> lock = lock(i);
            if (lock.isPresent()) {
                return new FreePorts(LOWEST + i * SHARE, SHARE, lock.get());
            }
        }
        return new FreePorts(LOWEST, SHARES * SHARE, null);
    }

    private static Optional<FileLock> lock(int share) {
        Path file =
                Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "countersign-" + System.getProperty("user.name") + "-ports-" + share);
        try {
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            Optional<FileLock> lock = Optional.ofNullable(channel.tryLock());
            if (lock.isEmpty()) {
                channel.close();
            }
            return lock;
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** One free port. */
    public static int one() {
        return several(1).getFirst();
    }

    /** As many different free ports as asked for. */
    public static List<Integer> several(int count) {
        List<Integer> ports = new ArrayList<>();
        while (ports.size() < count) {
            int port = OWN.next();
            if (isFree(port) && !ports.contains(port)) {
                ports.add(port);
            }
        }
        return ports;
    }

    private synchronized int next() {
        int port = lowest + next;
        next = (next + 1) % count;
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
