// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;

/**
 * Where a user is placed and how the user JWT says so; the two modes differ (reference 2.2, 2.4).
 */
public sealed interface Placement {
    /** Static mode: {@code aud} is the account's name, {@code issuer_account} is absent. */
    record ByName(String account) implements Placement {}

    /**
     * Operator mode: signed with a key of the target account; {@code issuer_account} is written
     * when that is not its identity key.
     */
    record ByKey(NKey account) implements Placement {}
}
