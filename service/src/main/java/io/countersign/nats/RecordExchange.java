// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signed records for all instances, over the operations account: a second way beside the cluster's
 * port, for instances that are not in one cluster (two of them during an upgrade across versions of
 * Hazelcast), and for records from a file. Whoever may publish there can repeat records, which
 * changes nothing, and make none. Thread-safe.
 */
public final class RecordExchange {
    /** All instances hear it. */
    static final String SUBJECT = "countersign.records";

    private static final Logger log = LoggerFactory.getLogger(RecordExchange.class);

    private final UnaryOperator<byte[]> taking;
    private volatile @Nullable Connection connection;

    /** {@code taking}: takes packed records, and says in JSON what became of them. */
    public RecordExchange(UnaryOperator<byte[]> taking) {
        this.taking = taking;
    }

    void subscribe(Connection fresh) {
        Dispatcher dispatcher =
                fresh.createDispatcher(message -> {
                    byte[] answer = taking.apply(message.getData());
                    if (message.getReplyTo() != null) {
                        fresh.publish(message.getReplyTo(), answer);
                    }
                });
        dispatcher.subscribe(SUBJECT);
        connection = fresh;
    }

    /** Tells whoever listens; nobody is waited for. */
    public void tell(byte[] packed) {
        Connection now = connection;
        try {
            if (now != null) {
                now.publish(SUBJECT, packed);
            }
        } catch (IllegalStateException e) {
            log.warn("a record could not be told over NATS: {}", e.getMessage());
        }
    }
}
