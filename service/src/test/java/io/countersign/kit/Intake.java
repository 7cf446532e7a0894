// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What has been read and not yet understood. A deadline in the middle of a message loses nothing:
 * the next call reads on.
 */
final class Intake {
    private static final int CHUNK = 16 * 1024;

    private final Transport transport;
    private byte[] buffer = new byte[CHUNK];
    private int start;
    private int end;

    Intake(Transport transport) {
        this.transport = transport;
    }

    /** Reads on until so many bytes are there, and takes none. */
    void need(int count, Deadline deadline) throws IOException {
        while (end - start < count) {
            more(deadline);
        }
    }

    /** A byte that {@link #need} has made sure of, as 0–255. */
    int peek(int index) {
        return buffer[start + index] & 0xff;
    }

    /** Takes so many bytes, once all of them are there. */
    byte[] take(int count, Deadline deadline) throws IOException {
        need(count, deadline);
        byte[] taken = Arrays.copyOfRange(buffer, start, start + count);
        start += count;
        return taken;
    }

    /** Takes a line, without its end. */
    String line(Deadline deadline) throws IOException {
        for (int length = 0; ; length++) {
            need(length + 1, deadline);
            if (buffer[start + length] == '\n') {
                String line = new String(take(length + 1, deadline), StandardCharsets.UTF_8);
                return line.stripTrailing();
            }
        }
    }

    private void more(Deadline deadline) throws IOException {
        byte[] chunk = new byte[CHUNK];
        int count = transport.read(chunk, deadline);
        if (count < 0) {
            throw new EOFException("closed by the other side");
        }
        if (end + count > buffer.length) {
            buffer =
                    Arrays.copyOfRange(
                            buffer,
                            start,
                            Math.max(end + count, start + 2 * (end - start)) + CHUNK);
            end -= start;
            start = 0;
        }
        System.arraycopy(chunk, 0, buffer, end, count);
        end += count;
    }
}
