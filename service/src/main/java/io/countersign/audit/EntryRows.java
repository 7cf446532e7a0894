// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * All rows of {@code entry} in their order, read ahead by a thread of its own: reading a row and
 * checking it take about as long, so two cores share the work. Rows are taken by one thread; the
 * connection's lock keeps its other statements apart from this one.
 */
final class EntryRows implements AutoCloseable {
    private static final int BLOCK = 256;
    private static final int BLOCKS_AHEAD = 16;
    private static final byte[] NOTHING = new byte[0];

    private final Connection connection;
    private final BlockingQueue<Block> ahead = new ArrayBlockingQueue<>(BLOCKS_AHEAD);
    private final Thread thread;
    private Block block = new Block(new Row[0], 0, null, false);
    private int at;

    /** A row; its columns must repeat what the body says. */
    record Row(long seq, byte[] id, long time, byte[] kind, byte[] body) {}

    /** Neighbouring rows; the last block says that it is, or why there is no other. */
    private record Block(Row[] rows, int count, @Nullable SQLException failure, boolean last) {}

    EntryRows(Connection connection) {
        this.connection = connection;
        this.thread =
                Thread.ofPlatform().daemon().name("audit-verify-rows").unstarted(this::readAll);
        thread.start();
    }

    /**
     * The next row; null behind the last.
     *
     * @throws DamagedTrail if the file cannot be read any further
     */
    @Nullable Row next() {
        while (at == block.count()) {
            SQLException failure = block.failure();
            if (failure != null) {
                throw new DamagedTrail(String.valueOf(failure.getMessage()));
            }
            if (block.last()) {
                return null;
            }
            block = take();
            at = 0;
        }
        return block.rows()[at++];
    }

    private Block take() {
        try {
            return ahead.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DamagedTrail("interrupted while reading");
        }
    }

    private void readAll() {
        try {
            ahead.put(readBlocks());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // closed before the end: nobody waits for more
        }
    }

    /** Puts all full blocks; returns the last. */
    private Block readBlocks() throws InterruptedException {
        Row[] rows = new Row[BLOCK];
        int count = 0;
        try (PreparedStatement query =
                        connection.prepareStatement(
                                "SELECT seq, id, time, kind, body FROM entry ORDER BY seq");
                ResultSet columns = query.executeQuery()) {
            while (columns.next()) {
                rows[count++] =
                        new Row(
                                columns.getLong(1),
                                bytes(columns, 2),
                                columns.getLong(3),
                                bytes(columns, 4),
                                bytes(columns, 5));
                if (count == BLOCK) {
                    ahead.put(new Block(rows, count, null, false));
                    rows = new Row[BLOCK];
                    count = 0;
                }
            }
            return new Block(rows, count, null, true);
        } catch (SQLException e) {
            return new Block(rows, count, e, true);
        }
    }

    private static byte[] bytes(ResultSet columns, int column) throws SQLException {
        byte[] bytes = columns.getBytes(column);
        return bytes == null ? NOTHING : bytes;
    }

    /** Returns when the connection is no longer used. */
    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
