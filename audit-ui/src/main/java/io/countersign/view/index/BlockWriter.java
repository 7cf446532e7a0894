// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Writes the parts of a block within one transaction. */
final class BlockWriter implements AutoCloseable {
    private static final int TOGETHER = 256;

    private final Handle handle;
    private final PreparedBatch chunks;
    private int waiting;

    BlockWriter(Handle handle) {
        this.handle = handle;
        this.chunks = handle.prepareBatch("INSERT INTO post (block, token, data) VALUES (?, ?, ?)");
    }

    void chunk(int block, String first, byte[] chunk) {
        chunks.bind(0, block).bind(1, Token.bytes(first)).bind(2, chunk).add();
        if (++waiting == TOGETHER) {
            flush();
        }
    }

    void column(int block, String name, byte[] dictionary, byte[] packed) {
        handle.execute(
                "INSERT INTO col (block, name, least, most, dictionary, slots)"
                        + " VALUES (?, ?, 0, 0, ?, ?)",
                block,
                name,
                dictionary,
                packed);
    }

    void numbers(int block, String name, int least, int most, byte[] numbers) {
        handle.execute(
                "INSERT INTO col (block, name, least, most, dictionary, slots)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                block,
                name,
                least,
                most,
                new byte[0],
                numbers);
    }

    void block(Block block, byte[] times) {
        handle.execute(
                "INSERT INTO block (id, n, live, oldest, newest, times) VALUES (?, ?, ?, ?, ?, ?)",
                block.id(),
                block.rows(),
                block.live(),
                block.min(),
                block.max(),
                times);
    }

    private void flush() {
        if (waiting > 0) {
            chunks.execute();
            waiting = 0;
        }
    }

    @Override
    public void close() {
        flush();
        chunks.close();
    }
}
