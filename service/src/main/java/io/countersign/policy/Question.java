// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.identity.HostAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * Facts with what is worked out of them once, not for every rule.
 *
 * @param address empty if the host is none
 */
record Question(Facts facts, Optional<HostAddress> address, Instant now) {
    static Question of(Facts facts, Instant now) {
        return new Question(facts, HostAddress.parse(facts.host()), now);
    }
}
