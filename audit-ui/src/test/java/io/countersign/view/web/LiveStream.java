// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Server-sent events as a browser reads them. */
final class LiveStream implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern ROW = Pattern.compile("data-id=\"([0-9a-f-]{36})\"");

    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    /** One event; a row of HTML in each line of its data. */
    record Event(String name, String id, List<String> data) {
        /** Ids of the rows. */
        List<String> rows() {
            return data.stream()
                    .map(ROW::matcher)
                    .filter(Matcher::find)
                    .map(row -> row.group(1))
                    .toList();
        }

        /** What the first group of an expression finds in the data. */
        String found(String expression) {
            Matcher matcher = Pattern.compile(expression).matcher(String.join("\n", data));
            return matcher.find() ? matcher.group(1) : "";
        }
    }

    private LiveStream() {}

    /** Everything behind an entry, for whoever the cookie is of. */
    static LiveStream behind(ViewFixture view, String cookie, String query, String id)
            throws IOException, InterruptedException {
        return open(view, cookie, "?q=" + Links.encoded(query), "Last-Event-ID", id);
    }

    static LiveStream open(ViewFixture view, String cookie, String asked, String... headers)
            throws IOException, InterruptedException {
        LiveStream stream = new LiveStream();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(view.url()).resolve("/live/events" + asked))
                        .header("Cookie", cookie);
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<InputStream> response =
                stream.client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        Thread.startVirtualThread(() -> stream.read(response));
        return stream;
    }

    private void read(HttpResponse<InputStream> response) {
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String name = "";
            String id = "";
            List<String> data = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.isEmpty() && !data.isEmpty()) {
                    events.add(new Event(name, id, List.copyOf(data)));
                    data.clear();
                    id = "";
                }
                if (line.startsWith("event: ")) {
                    name = line.substring("event: ".length());
                } else if (line.startsWith("id: ")) {
                    id = line.substring("id: ".length());
                } else if (line.startsWith("data: ")) {
                    data.add(line.substring("data: ".length()));
                }
            }
        } catch (IOException e) {
            return; // closed by the test
        }
    }

    Event next() throws InterruptedException {
        return Optional.ofNullable(events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("no event in " + PATIENCE));
    }

    /** Ids of the rows that come, until there are so many. */
    List<String> rows(int count) throws InterruptedException {
        List<String> rows = new ArrayList<>();
        while (rows.size() < count) {
            Event event = next();
            if (!event.name().equals("entries")) {
                throw new AssertionError("expected rows: " + event);
            }
            rows.addAll(event.rows());
        }
        return rows;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
