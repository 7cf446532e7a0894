// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.List;
import java.util.Optional;

/**
 * What an author means, in place of the subjects that it takes: beside {@code publish} and {@code
 * subscribe} of a grant or role. {@link ShorthandCompiler} knows the subjects.
 */
public sealed interface Shorthand {
    /** Of its place in the file ({@code rules[0].grant.buckets[1]}). */
    String path();

    /**
     * {@code inbox}: where the client gets replies.
     *
     * @param prefix without a dot at its end, as clients take it
     */
    record Inbox(String path, String prefix) implements Shorthand {}

    /**
     * Use of a JetStream consumer that exists; one of a list of them.
     *
     * @param deliver {@code deliver}: subject of a push consumer; empty for a pull consumer
     * @param queue {@code queue}: deliver group of a push consumer
     * @param ack {@code ack}: whether it acknowledges messages
     */
    record Consumer(
            String path,
            String stream,
            String consumer,
            Optional<String> deliver,
            Optional<String> queue,
            boolean ack)
            implements Shorthand {}

    /**
     * Use of a key-value bucket that exists; one of a list of them.
     *
     * @param read {@code read}: keys, {@code >} for all
     * @param write {@code write}: keys, {@code >} for all
     */
    record Bucket(String path, String bucket, List<String> read, List<String> write)
            implements Shorthand {
        public Bucket {
            read = List.copyOf(read);
            write = List.copyOf(write);
        }
    }

    /**
     * A micro service; one of a list of them.
     *
     * @param serve {@code serve}: its name, for one that answers
     * @param call {@code call}: its name, for one that asks
     * @param endpoints {@code endpoints}: subjects
     * @param queue {@code queue}: queue group of the endpoints
     */
    record Service(
            String path,
            Optional<String> serve,
            Optional<String> call,
            List<String> endpoints,
            Optional<String> queue)
            implements Shorthand {
        /** What client libraries take if nothing else is said (ADR-32 of NATS). */
        public static final String QUEUE = "q";

        public Service {
            endpoints = List.copyOf(endpoints);
        }
    }
}
