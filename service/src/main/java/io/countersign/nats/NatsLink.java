// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.nats.client.AuthHandler;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to NATS that is never given up: dialled until a server is there, and dialled anew
 * when the client library closes it for good (which it does after two refused logins in a row).
 * Thread-safe.
 *
 * <p>Ready means: connected, subscribed, and the server has confirmed it. A server does not notice
 * that a responder is missing, so a subscription counts only after a flush.
 */
final class NatsLink implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NatsLink.class);
    private static final Duration FLUSH = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final NatsTarget target;
    private final String name;
    private final Consumer<Connection> subscribe;
    private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Connection connection;
    private volatile boolean ready;
    private @Nullable Thread keeper;

    /**
     * Makes a link that is not yet started.
     *
     * @param name shown in the server's connection list
     * @param subscribe sets up subscriptions on each new connection, before it counts as ready
     */
    NatsLink(NatsTarget target, String name, Consumer<Connection> subscribe) {
        this.target = target;
        this.name = name;
        this.subscribe = subscribe;
    }

    /** Begins to dial. */
    void start() {
        keeper = Thread.ofVirtual().name("nats-" + name).start(this::keep);
    }

    /** Completes when the link was ready for the first time. */
    CompletableFuture<Void> firstReady() {
        return firstReady;
    }

    boolean isReady() {
        return ready;
    }

    /** The live connection; empty while there is none that could be used. */
    Optional<Connection> connection() {
        Connection now = connection;
        return ready && now != null ? Optional.of(now) : Optional.empty();
    }

    String name() {
        return name;
    }

    private void keep() {
        Duration pause = Duration.ofMillis(100);
        boolean complained = false;
        while (closing.getCount() > 0) {
            try {
                CountDownLatch ended = new CountDownLatch(1);
                Connection fresh = Nats.connect(options(ended));
                connection = fresh;
                if (closing.getCount() == 0) {
                    fresh.close(); // closed while it was dialled
                    return;
                }
                complained = false;
                pause = Duration.ofMillis(100);
                begin(fresh);
                ended.await();
                if (closing.getCount() > 0) {
                    log.warn("{}: the client gave the connection up; dialling anew", name);
                }
            } catch (IOException | IllegalStateException e) {
                if (!complained) {
                    log.warn("{}: not connected, still trying: {}", name, e.getMessage());
                    complained = true;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            ready = false;
            pause = sleepOrClose(pause);
        }
    }

    private void begin(Connection fresh) throws InterruptedException {
        subscribe.accept(fresh);
        confirm(fresh);
    }

    /** A flush answers only after the server has taken our subscriptions. */
    private void confirm(Connection fresh) throws InterruptedException {
        try {
            fresh.flush(FLUSH);
            ready = true;
            firstReady.complete(null);
            log.info("{}: ready on {}", name, fresh.getConnectedUrl());
        } catch (TimeoutException e) {
            log.warn("{}: connected, but the server did not confirm within {}", name, FLUSH);
        }
    }

    private Duration sleepOrClose(Duration pause) {
        try {
            long jitter = ThreadLocalRandom.current().nextLong(pause.toMillis() / 2 + 1);
            closing.await(pause.toMillis() + jitter, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
        }
        Duration next = pause.multipliedBy(2);
        return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }

    private Options options(CountDownLatch ended) {
        Options.Builder options =
                new Options.Builder()
                        .servers(target.servers().toArray(String[]::new))
                        .connectionName(name)
                        .maxReconnects(-1)
                        .reconnectWait(Duration.ofMillis(250))
                        .reconnectJitter(Duration.ofMillis(250))
                        // An answer that is sent late is useless: fail instead of buffering while
                        // there is no connection.
                        .reconnectBufferSize(0)
                        .connectionTimeout(Duration.ofSeconds(3))
                        // A dead peer is noticed within half a minute instead of minutes.
                        .pingInterval(Duration.ofSeconds(10))
                        .maxPingsOut(2)
                        .socketWriteTimeout(Duration.ofSeconds(5))
                        .noEcho()
                        // Tells a question that nobody takes (cancelled) from one that was not
                        // answered in time.
                        .useTimeoutException()
                        .connectionListener((c, event) -> changed(c, event, ended))
                        .errorListener(new LoggingErrors(name));
        target.tls().ifPresent(options::sslContext);
        switch (target.login()) {
            case NatsLogin.Credentials(var file) ->
                    options.authHandler(Nats.credentials(file.toString()));
            case NatsLogin.CredentialsText(var text) ->
                    options.authHandler(Nats.staticCredentials(text.get()));
            case NatsLogin.UserPassword(var user, var password) -> {
                char[] secret = password.get();
                options.userInfo(user.toCharArray(), secret.clone());
                Arrays.fill(secret, '\0');
            }
            case NatsLogin.KeyPair(var signer) -> options.authHandler(new KeyPairHandler(signer));
            case NatsLogin.Anonymous() -> {}
        }
        return options.build();
    }

    private void changed(Connection which, ConnectionListener.Events event, CountDownLatch ended) {
        switch (event) {
            case DISCONNECTED -> {
                if (ready && closing.getCount() > 0) {
                    log.warn("{}: disconnected", name);
                }
                ready = false;
            }
            case RESUBSCRIBED -> {
                try {
                    confirm(which);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            case CLOSED -> {
                ready = false;
                ended.countDown();
            }
            default -> {}
        }
    }

    /** Closes the connection and stops dialling. */
    @Override
    public void close() {
        closing.countDown();
        ready = false;
        Connection now = connection;
        try {
            if (now != null) {
                now.close();
            }
            Thread running = keeper;
            if (running != null) {
                running.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Signs a server's nonce with a bare nkey. */
    private record KeyPairHandler(io.countersign.crypto.Signer signer) implements AuthHandler {
        @Override
        public byte[] sign(byte[] nonce) {
            return signer.sign(nonce);
        }

        @Override
        public char[] getID() {
            return signer.key().text().toCharArray();
        }

        @Override
        public char @Nullable [] getJWT() {
            return null;
        }
    }

    /** Errors that the library reports on the side: permission violations arrive here. */
    private record LoggingErrors(String name) implements ErrorListener {
        @Override
        public void errorOccurred(Connection connection, String error) {
            log.warn("{}: the server says: {}", name, error);
        }

        @Override
        public void exceptionOccurred(Connection connection, Exception exception) {
            log.debug("{}: {}", name, exception.toString());
        }

        @Override
        public void slowConsumerDetected(Connection connection, io.nats.client.Consumer consumer) {
            log.warn("{}: more requests waited than may wait; the newest were dropped", name);
        }
    }
}
