// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.countersign.crypto.Signer;
import io.countersign.protocol.AdminRequest;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends one administrator's request to whichever instance takes it. One thread. */
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
        byte[] id = new byte[16];
        random.nextBytes(id);
        return request(verb, body, limit, HexFormat.of().formatHex(id), "");
    }

    /**
     * Asks on behalf of somebody, and waits.
     *
     * @param id at least 16 characters that nobody can guess: no instance takes it twice
     * @throws IOException if no instance answers in time
     */
    public byte[] request(String verb, byte[] body, Duration limit, String id, String onBehalfOf)
            throws IOException, InterruptedException {
        byte[] token =
                AdminRequest.sign(id, verb, body, cluster, onBehalfOf, clock.instant(), admin);
        Message message =
                NatsMessage.builder()
                        .subject(AdminDesk.SUBJECT + verb)
                        .headers(new Headers().add(AdminDesk.HEADER, AdminRequest.text(token)))
                        .data(body)
                        .build();
        try {
            return connection
                    .request(message)
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .getData();
        } catch (TimeoutException | CancellationException | ExecutionException e) {
            throw new IOException("no instance answered within " + limit, e);
        }
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
