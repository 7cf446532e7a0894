// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Brings records to all instances and hears what each made of them. One thread. */
public final class RecordClient implements AutoCloseable {
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final Connection connection;
    private int instances;

    private RecordClient(Connection connection) {
        this.connection = connection;
    }

    /**
     * Connects to the first server that is there.
     *
     * @throws IOException if none is
     */
    public static RecordClient connect(NatsTarget target) throws IOException, InterruptedException {
        IOException last = new IOException("no servers");
        for (String url : target.servers()) {
            try {
                return new RecordClient(SingleUse.connect(target, url, "countersign records"));
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    /** Sends packed records; the instances' answers. Who answered once is waited for. */
    public List<byte[]> send(byte[] packed) throws InterruptedException {
        String inbox = connection.createInbox();
        Subscription answers = connection.subscribe(inbox);
        connection.publish(RecordExchange.SUBJECT, inbox, packed);
        List<byte[]> heard = new ArrayList<>();
        boolean isFirst = instances == 0;
        while (isFirst || heard.size() < instances) {
            Message answer = answers.nextMessage(heard.isEmpty() || !isFirst ? FIRST : QUIET);
            if (answer == null || answer.isStatusMessage()) {
                break;
            }
            heard.add(answer.getData());
        }
        instances = Math.max(instances, heard.size());
        answers.unsubscribe();
        return heard;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
