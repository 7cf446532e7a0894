// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.nats.PlainConnection;
import io.countersign.nats.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** The ways in to the servers: which are there, and our own logins at the first of them. */
final class Doors implements AutoCloseable {
    static final String NAME = "countersign doctor";
    private final Optional<SSLContext> tls;
    private final Duration within;
    private final Map<String, Look<Greeting>> reached = new LinkedHashMap<>();
    private final List<String> urls = new ArrayList<>();
    private final List<PlainConnection> open = new ArrayList<>();

    Doors(Optional<SSLContext> tls, Duration within) {
        this.tls = tls;
        this.within = within;
    }

    /** A connection of ours: what became of its login, and itself if it is in. */
    record Door(Look<Verdict> verdict, Look<PlainConnection> connection) {
        static Door hidden(String why) {
            return new Door(Look.hidden(why), Look.hidden(why));
        }
    }

    /** Knocks; what does not answer is not used any further. */
    void reach(String url) {
        try (PlainConnection connection = dial(url)) {
            reached.put(url, Look.seen(Greeting.of(connection)));
            urls.add(url);
        } catch (IOException e) {
            missed(url, e);
        }
    }

    /** It was there before. */
    void missed(String url, IOException e) {
        reached.put(url, Look.hidden(String.valueOf(e.getMessage())));
    }

    PlainConnection dial(String url) throws IOException {
        return PlainConnection.dial(url, tls, within);
    }

    Door enter(Optional<OwnLogin> login, String absent) {
        if (login.isEmpty()) {
            return Door.hidden(absent);
        }
        if (urls.isEmpty()) {
            return Door.hidden(noServer());
        }
        try {
            PlainConnection connection = dial(urls.getFirst());
            open.add(connection);
            Verdict verdict = connection.login(login.get().login(), NAME, within);
            Look<PlainConnection> inside =
                    verdict.isAdmitted()
                            ? Look.seen(connection)
                            : Look.hidden(
                                    "the login with %s failed".formatted(login.get().source()));
            return new Door(Look.seen(verdict), inside);
        } catch (IOException e) {
            return Door.hidden(String.valueOf(e.getMessage()));
        }
    }

    /** Servers that answered. */
    Look<List<String>> urls() {
        return urls.isEmpty() ? Look.hidden(noServer()) : Look.seen(List.copyOf(urls));
    }

    private String noServer() {
        return reached.isEmpty() ? "only files are looked at" : "no server was reached";
    }

    Map<String, Look<Greeting>> reached() {
        return reached;
    }

    @Override
    public void close() {
        open.forEach(PlainConnection::close);
    }
}
