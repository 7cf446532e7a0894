// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens single connections with our settings. Such a connection ends with its server: which server
 * comes next is the {@link NatsLink}'s decision, so the client library neither reconnects nor
 * follows the servers that it discovers. Thread-safe.
 */
final class NatsDialer {
    private static final Logger log = LoggerFactory.getLogger(NatsDialer.class);

    private final NatsTarget target;
    private final String name;

    /**
     * Makes a dialer.
     *
     * @param name shown in the server's connection list
     */
    NatsDialer(NatsTarget target, String name) {
        this.target = target;
        this.name = name;
    }

    /**
     * Connects and logs in. Credentials are read anew each time, so that they rotate without a
     * restart.
     *
     * @param events called from a thread of the library, also before this method returns
     * @throws IOException if nobody listens there, or the server does not let us in
     */
    Connection dial(String url, Consumer<Events> events) throws IOException, InterruptedException {
        return Nats.connect(options(url, events));
    }

    /**
     * Which credentials a dial now would use; something else when their file was replaced. Empty
     * where they do not come from a file, or it is not there.
     */
    Optional<String> credentials() {
        if (!(target.login() instanceof NatsLogin.Credentials(var file))) {
            return Optional.empty();
        }
        try {
            BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(is.lastModifiedTime() + " " + is.size() + " " + is.fileKey());
        } catch (IOException away) {
            return Optional.empty();
        }
    }

    private Options options(String url, Consumer<Events> events) {
        Options.Builder options =
                new Options.Builder()
                        .server(url)
                        .connectionName(name)
                        .noReconnect()
                        .ignoreDiscoveredServers()
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
                        .connectionListener((connection, event) -> events.accept(event))
                        .errorListener(new LoggingErrors(name));
        target.tls().ifPresent(options::sslContext);
        Logins.apply(target.login(), options);
        return options.build();
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
