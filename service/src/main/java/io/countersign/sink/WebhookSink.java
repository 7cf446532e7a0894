// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A POST of JSON lines. Any status of 200 to 299 says that the counterpart has the page; everything
 * else means the same page again later. Redirects are not followed: they would take the token
 * along.
 */
final class WebhookSink implements Sink {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final SinkSettings.ToWebhook settings;
    private final HttpClient client;

    WebhookSink(SinkSettings.ToWebhook settings) {
        this.settings = settings;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .connectTimeout(CONNECT)
                        .followRedirects(HttpClient.Redirect.NEVER);
        settings.tls().ifPresent(builder::sslContext);
        this.client = builder.build();
    }

    @Override
    public void deliver(List<SinkEvent> events) throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder();
        for (SinkEvent event : events) {
            body.append(event.line()).append('\n');
        }
        HttpRequest.Builder request =
                HttpRequest.newBuilder(settings.url())
                        .timeout(ANSWER)
                        .header("Content-Type", "application/x-ndjson")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        body.toString(), StandardCharsets.UTF_8));
        Optional<BearerToken> token = settings.token();
        if (token.isPresent()) {
            request.header("Authorization", "Bearer " + readable(token.get()));
        }
        int status =
                client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status < 200 || status > 299) {
            throw new IOException("the webhook answers " + status + " (expected: 200 to 299)");
        }
    }

    /** The client's own complaint about a bad header would repeat it. */
    private static String readable(BearerToken token) throws IOException {
        String text = token.read();
        if (!text.matches("[!-~]{1,8192}")) {
            throw new IOException(
                    "the webhook's token is not one word of printable ASCII; it is not sent");
        }
        return text;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
