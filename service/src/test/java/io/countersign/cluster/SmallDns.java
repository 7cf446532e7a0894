// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A name server that knows a few SRV records (RFC 1035, RFC 2782). Each is "target port". */
final class SmallDns implements AutoCloseable {
    private static final int SRV = 33;
    private static final int NAME_ERROR = 3;

    private final DatagramSocket socket;
    private volatile Map<String, List<String>> records;

    SmallDns(Map<String, List<String>> records) throws IOException {
        this.records = records;
        this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("small-dns").start(this::serve);
    }

    String url() {
        return "dns://127.0.0.1:" + socket.getLocalPort();
    }

    void answers(Map<String, List<String>> others) {
        records = others;
    }

    private void serve() {
        byte[] space = new byte[512];
        try {
            while (true) {
                DatagramPacket asked = new DatagramPacket(space, space.length);
                socket.receive(asked);
                byte[] answer = answer(ByteBuffer.wrap(space, 0, asked.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, asked.getSocketAddress()));
            }
        } catch (SocketException _) {
            // Closed.
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] answer(ByteBuffer in) throws IOException {
        short id = in.getShort();
        in.position(12);
        StringBuilder name = new StringBuilder();
        for (int length = in.get(); length > 0; length = in.get()) {
            byte[] label = new byte[length];
            in.get(label);
            name.append(name.isEmpty() ? "" : ".").append(new String(label, US_ASCII));
        }
        List<String> known =
                records.getOrDefault(name.toString().toLowerCase(Locale.ROOT), List.of());
        byte[] question = new byte[in.position() + 4 - 12];
        in.get(12, question);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(id);
        out.writeShort(0x8580 | (known.isEmpty() ? NAME_ERROR : 0));
        out.writeShort(1);
        out.writeShort(known.size());
        out.writeInt(0);
        out.write(question);
        for (String record : known) {
            record(out, record.split(" "));
        }
        return bytes.toByteArray();
    }

    private static void record(DataOutputStream out, String[] record) throws IOException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        for (String label : record[0].split("\\.", -1)) {
            target.write(label.length());
            target.write(label.getBytes(US_ASCII));
        }
        target.write(0);
        out.writeShort(0xc00c); // the name that was asked for
        out.writeShort(SRV);
        out.writeShort(1);
        out.writeInt(0);
        out.writeShort(6 + target.size());
        out.writeShort(0);
        out.writeShort(0);
        out.writeShort(Integer.parseInt(record[1]));
        out.write(target.toByteArray());
    }

    @Override
    public void close() {
        socket.close();
    }
}
