// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Cuts what a NATS server sends into operations. One thread. An operation that was not complete at
 * the deadline is completed by a later call.
 */
final class WireReader {
    /** The largest line a server may send is its INFO. */
    private static final int LONGEST = 1 << 20;

    private static final byte[] NOTHING = {};

    /** One operation: its line without the end, and its payload. */
    record Operation(String line, byte[] payload) {
        String verb() {
            int space = line.indexOf(' ');
            return space < 0 ? line : line.substring(0, space);
        }

        String rest() {
            int space = line.indexOf(' ');
            return space < 0 ? "" : line.substring(space + 1).strip();
        }
    }

    private final Socket socket;
    private final InputStream in;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

    WireReader(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /**
     * The next operation.
     *
     * @param untilNanos {@link System#nanoTime} of the deadline
     * @throws SocketTimeoutException at the deadline
     * @throws EOFException if the server has hung up
     */
    Operation next(long untilNanos) throws IOException {
        while (true) {
            byte[] have = pending.toByteArray();
            int end = endOfLine(have);
            if (end >= 0) {
                String line = new String(have, 0, end, StandardCharsets.UTF_8);
                int size = payloadSize(line);
                int total = end + 2 + (size < 0 ? 0 : size + 2);
                if (have.length >= total) {
                    byte[] payload =
                            size < 0 ? NOTHING : Arrays.copyOfRange(have, end + 2, end + 2 + size);
                    pending.reset();
                    pending.write(have, total, have.length - total);
                    return new Operation(line, payload);
                }
            }
            fill(untilNanos);
        }
    }

    private void fill(long untilNanos) throws IOException {
        long left = (untilNanos - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException("deadline");
        }
        socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
        byte[] chunk = new byte[16_384];
        int read = in.read(chunk);
        if (read < 0) {
            throw new EOFException("the server hung up");
        }
        pending.write(chunk, 0, read);
        if (pending.size() > 64 * LONGEST) {
            throw new IOException("server: over 64 MiB in one message (expected: less)");
        }
    }

    private static int endOfLine(byte[] bytes) throws IOException {
        for (int i = 0; i + 1 < bytes.length; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i;
            }
        }
        if (bytes.length > LONGEST) {
            throw new IOException("server: over 1 MiB without a line end (expected: NATS)");
        }
        return -1;
    }

    /** Bytes after the line, headers included; -1 if the operation has none. */
    private static int payloadSize(String line) throws IOException {
        if (!line.startsWith("MSG ") && !line.startsWith("HMSG ")) {
            return -1;
        }
        String size = line.substring(line.lastIndexOf(' ') + 1);
        try {
            int value = Integer.parseInt(size);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IOException(
                    "server: size of a message: " + size + " (expected: a number)", e);
        }
        throw new IOException("server: size of a message: " + size + " (expected: >= 0)");
    }
}
