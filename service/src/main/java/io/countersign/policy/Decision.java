// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.Optional;

/**
 * What we decided about one connection. Two cases on purpose: "maybe" would be a bug. Readers
 * switch over it without a default.
 */
public sealed interface Decision {
    /** Let in as a rule says. */
    record Allow(Grant grant, RuleId rule) implements Decision {}

    /**
     * Refused, for a reason that the client earned.
     *
     * @param detail for the audit trail, never for the client
     * @param rule the rule that denied, where one did
     */
    record Deny(Reason reason, String detail, Optional<RuleId> rule) implements Decision {
        public static Deny because(Reason reason, String detail) {
            return new Deny(reason, detail, Optional.empty());
        }
    }
}
