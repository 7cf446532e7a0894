// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.identity.LinkLimits;

/**
 * One of {@code authenticators}: a link of the chain, after the users of users.yaml.
 *
 * @param name source of its principals, unique in the file
 * @param limits for kinds that ask a backend
 * @param written as it stands in the file, with relative paths: what makes a revision
 */
public record AuthenticatorConfig(
        String name, AuthenticatorKind kind, LinkLimits limits, String written) {
    /** Without what was written. */
    @Override
    public String toString() {
        return name + " (" + kind.word() + ")";
    }
}
