// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import io.countersign.identity.Authentication.NotMine;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.time.Instant;
import java.util.Optional;

/**
 * An authenticator that asks something that can be slow or away. It says first what it would ask,
 * so that a client who is none of its business never waits for it, and so that a {@link
 * BackendLink} can share and keep answers. Thread-safe.
 */
public interface Backend extends Authenticator, AutoCloseable {
    /** What it would ask about this client; empty if nothing presented is its kind. No I/O. */
    Optional<Question> question(VerifiedRequest request);

    /**
     * Asks. May block up to the deadline, and is interrupted a little after it. Never throws for
     * what a backend or a client did.
     */
    Authentication ask(Question question, Instant now, Deadline deadline);

    @Override
    default Authentication authenticate(VerifiedRequest request, Instant now, Deadline deadline) {
        return question(request)
                .map(question -> ask(question, now, deadline))
                .orElseGet(NotMine::new);
    }

    /** Begins what takes long the first time; returns at once. Called when it comes into use. */
    default void warmUp() {}

    /** Gives back what it holds; questions under way may fail. */
    @Override
    void close();
}
