// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

/**
 * Something in a policy that its author must (or, as a warning, should) look at.
 *
 * @param path in the policy file ({@code rules[2].grant.publish.allow[0]})
 * @param message value and expectation, for a person
 */
public record PolicyProblem(String path, String message) {
    @Override
    public String toString() {
        return path + ": " + message;
    }
}
