// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import io.countersign.identity.Authentication.Unavailable;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.time.Instant;

/** One authenticator in a chain, and what keeps its troubles from the others. Thread-safe. */
public sealed interface Link permits Link.Local, BackendLink {
    Authentication ask(VerifiedRequest request, Instant now, Deadline deadline);

    /** For an authenticator that works in memory; others have a {@link BackendLink}. */
    static Link local(Authenticator authenticator) {
        return new Local(authenticator);
    }

    /** Runs on the caller's thread. */
    record Local(Authenticator authenticator) implements Link {
        @Override
        public Authentication ask(VerifiedRequest request, Instant now, Deadline deadline) {
            return deadline.isPast()
                    ? new Unavailable(authenticator.source(), "no time left")
                    : authenticator.authenticate(request, now, deadline);
        }
    }
}
