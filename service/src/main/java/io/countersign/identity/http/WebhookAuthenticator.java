// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.http;

import io.countersign.crypto.KeyedHash;
import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.Backend;
import io.countersign.identity.Credential;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.Credentials;
import io.countersign.identity.Question;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks somebody's own service. Questions and answers are signed with a key that both have; an
 * answer that is not, or not to this question, counts as none. Thread-safe.
 */
public final class WebhookAuthenticator implements Backend {
    private static final Logger log = LoggerFactory.getLogger(WebhookAuthenticator.class);

    private final String source;
    private final URI url;
    private final Signature signature;
    private final Set<CredentialKind> asked;
    private final boolean retries;
    private final HttpCalls http;
    private final CredentialFingerprints fingerprints;

    /**
     * @param asked kinds of credentials that it is asked about
     * @param retries whether a question whose answer was lost is asked once more
     */
    public WebhookAuthenticator(
            String source,
            URI url,
            KeyedHash key,
            Set<CredentialKind> asked,
            boolean retries,
            HttpCalls http,
            CredentialFingerprints fingerprints) {
        this.source = source;
        this.url = url;
        this.signature = new Signature(key);
        this.asked = Set.copyOf(asked);
        this.retries = retries;
        this.http = http;
        this.fingerprints = fingerprints;
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public Optional<Question> question(VerifiedRequest request) {
        return Credentials.of(request).presented().stream()
                .filter(it -> asked.contains(it.kind()))
                .findFirst()
                .map(it -> new Question(it, WebhookQuestion.context(request)));
    }

    @Override
    public Authentication ask(Question question, Instant now, Deadline deadline) {
        Credential credential = question.credential();
        String id = UUID.randomUUID().toString();
        byte[] body = WebhookQuestion.body(source, id, now, question);
        try {
            HttpCalls.Response response = send(id, now, body, deadline);
            if (response.status() != 200) {
                return new Unavailable(source, "the webhook answers " + response.status());
            }
            if (!signature.isOfAnswer(response.signature().orElse(""), id, response.body())) {
                return new Unavailable(
                        source, "the webhook's answer is not signed as it should be");
            }
            return WebhookAnswer.read(source, response.body(), fingerprints.of(credential), now);
        } catch (IOException e) {
            return new Unavailable(source, "the webhook: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Unavailable(source, "interrupted");
        }
    }

    /** Once more only where that cannot do harm: it never arrived, or the operator says so. */
    private HttpCalls.Response send(String id, Instant now, byte[] body, Deadline deadline)
            throws IOException, InterruptedException {
        try {
            return http.send(request(id, now, body), deadline);
        } catch (IOException e) {
            if ((!retries && !(e instanceof HttpCalls.NotDelivered)) || deadline.isPast()) {
                throw e;
            }
            log.debug("authenticator {}: asked again", source);
            return http.send(request(id, now, body), deadline);
        }
    }

    private HttpRequest.Builder request(String id, Instant now, byte[] body) {
        String time = Long.toString(now.getEpochSecond());
        return HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json")
                .header("Countersign-Id", id)
                .header("Countersign-Time", time)
                .header(Signature.HEADER, signature.ofQuestion(time, id, body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    @Override
    public void close() {
        http.close();
    }
}
