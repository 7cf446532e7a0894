// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** An authenticator that always says the same and counts how often it was asked. */
final class Answering implements Authenticator {
    private final String source;
    private final Authentication answer;
    private final AtomicInteger asked = new AtomicInteger();

    Answering(String source, Authentication answer) {
        this.source = source;
        this.answer = answer;
    }

    static Answering yes(String source) {
        return new Answering(source, new Authentication.Authenticated(identity(source)));
    }

    static Answering no(String source) {
        return new Answering(
                source,
                new Authentication.Rejected(Rejection.BAD_CREDENTIAL, CredentialRef.NONE, source));
    }

    static Answering notMine(String source) {
        return new Answering(source, new Authentication.NotMine());
    }

    static Answering unavailable(String source) {
        return new Answering(source, new Authentication.Unavailable(source, "down"));
    }

    static Identity identity(String source) {
        return new Identity(
                new Principal(source, "alice"),
                new CredentialRef(CredentialKind.TOKEN, "fingerprint"),
                Set.of(),
                Map.of(),
                Optional.empty());
    }

    Authentication answer() {
        return answer;
    }

    int asked() {
        return asked.get();
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public Authentication authenticate(VerifiedRequest request, Instant now, Deadline deadline) {
        asked.incrementAndGet();
        return answer;
    }
}
