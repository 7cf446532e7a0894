// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;

/**
 * A backend as the chain has it, behind its link and with nothing remembered: for backends whose
 * drivers keep no deadline by themselves.
 */
public record Linked(BackendLink link) implements Authenticator {
    public static Linked of(Backend backend) {
        LinkLimits limits =
                new LinkLimits(
                        32,
                        Duration.ofSeconds(20),
                        LinkLimits.Breaking.NEVER,
                        LinkLimits.Keeping.NOTHING);
        return new Linked(new BackendLink(backend, limits, new SecureRandom(), System::nanoTime));
    }

    @Override
    public String source() {
        return link.source();
    }

    @Override
    public Authentication authenticate(VerifiedRequest request, Instant now, Deadline deadline) {
        return link.ask(request, now, deadline);
    }
}
