// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

/** Name of a rule in the policy file. */
public record RuleId(String value) {
    @Override
    public String toString() {
        return value;
    }
}
