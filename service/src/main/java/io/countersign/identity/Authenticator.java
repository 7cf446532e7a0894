// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.time.Instant;

/**
 * Turns what a client presented into a principal. May block up to the deadline; called on virtual
 * threads, by many at once.
 */
public interface Authenticator {
    /** Name in the configuration: the source of its principals. */
    String source();

    Authentication authenticate(VerifiedRequest request, Instant now, Deadline deadline);
}
