// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.NKey;

/** One change of an account's JWT. */
public sealed interface AccountChange {
    /** A further plain signing key; those it has stay good. */
    record AddSigningKey(NKey key) implements AccountChange {}

    /** A further signing key with the scope of another one, if that has one. */
    record AddSigningKeyLike(NKey key, NKey like) implements AccountChange {}

    /** Takes a signing key away. Servers then close the sessions that it signed (reference 7.4). */
    record RemoveSigningKey(NKey key) implements AccountChange {}

    /** Callout account: users may be placed in this account too. */
    record AllowAccount(NKey account) implements AccountChange {}

    /** Callout account: users may no longer be placed in this account. */
    record DisallowAccount(NKey account) implements AccountChange {}

    /** Callout account: requests are sealed for this key from now on. */
    record SealFor(NKey xkey) implements AccountChange {}

    /** Callout account: a further user that is never asked about. */
    record AddAuthUser(NKey user) implements AccountChange {}

    /** Callout account: this user is asked about like everybody. */
    record RemoveAuthUser(NKey user) implements AccountChange {}
}
