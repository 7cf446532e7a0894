// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.countersign.crypto.Signer;
import io.countersign.protocol.AdminRequest;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends an administrator's requests to whichever instance takes it, or to each. One thread. */
public final class AdminClient implements AutoCloseable {
    private final Connection connection;
    private final Signer admin;
    private final String cluster;
    private final SecureRandom random;
    private final Clock clock;

    private AdminClient(
            Connection connection, Signer admin, String cluster, SecureRandom random, Clock clock) {
        this.connection = connection;
        this.admin = admin;
        this.cluster = cluster;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Connects to the first server that is there.
     *
     * @throws IOException if none is
     */
    public static AdminClient connect(
            NatsTarget target, Signer admin, String cluster, SecureRandom random, Clock clock)
            throws IOException, InterruptedException {
        IOException last = new IOException("no servers");
        for (String url : target.servers()) {
            try {
                Connection connection = SingleUse.connect(target, url, "countersign admin");
                return new AdminClient(connection, admin, cluster, random, clock);
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    /**
     * Asks and waits.
     *
     * @throws IOException if no instance answers in time
     */
    public byte[] request(String verb, byte[] body, Duration limit)
            throws IOException, InterruptedException {
        return request(verb, body, limit, random(), "");
    }

    /**
     * Asks on behalf of somebody, and waits.
     *
     * @param id at least 16 characters that nobody can guess: no instance takes it twice
     * @throws IOException if no instance answers in time
     */
    public byte[] request(String verb, byte[] body, Duration limit, String id, String onBehalfOf)
            throws IOException, InterruptedException {
        try {
            return connection
                    .request(message(verb, body, id, onBehalfOf).build())
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .getData();
        } catch (TimeoutException | CancellationException | ExecutionException e) {
            throw new IOException("no instance answered within " + limit, e);
        }
    }

    /**
     * Asks every instance, and waits until so many have answered or the time is up.
     *
     * @param verb begins with {@link AdminDesk#EACH}
     */
    public List<byte[]> requestEach(String verb, byte[] body, int instances, Duration limit)
            throws InterruptedException {
        String inbox = connection.createInbox();
        Subscription answers = connection.subscribe(inbox);
        connection.publish(message(verb, body, random(), "").replyTo(inbox).build());
        List<byte[]> all = new ArrayList<>();
        long end = System.nanoTime() + limit.toNanos();
        for (long left = limit.toNanos();
                left > 0 && all.size() < instances;
                left = end - System.nanoTime()) {
            Message answer = answers.nextMessage(Duration.ofNanos(left));
            if (answer != null && !answer.isStatusMessage()) {
                all.add(answer.getData());
            } else if (answer != null) {
                break; // nobody is there
            }
        }
        return all;
    }

    private String random() {
        byte[] id = new byte[16];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    private NatsMessage.Builder message(String verb, byte[] body, String id, String onBehalfOf) {
        byte[] token =
                AdminRequest.sign(id, verb, body, cluster, onBehalfOf, clock.instant(), admin);
        return NatsMessage.builder()
                .subject(AdminDesk.SUBJECT + verb)
                .headers(new Headers().add(AdminDesk.HEADER, AdminRequest.text(token)))
                .data(body);
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
