// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an account JWT of a set-up says (reference 6.2). Not everything that an account JWT can say
 * (no exports, imports, mappings, revocations): do not read one of somebody else's and write it
 * back.
 *
 * @param expires empty: never
 * @param signingKeys plain ones, without a scope
 * @param authorization present in the callout account only
 * @param defaultPermissions for users whose JWT has none
 */
public record AccountClaims(
        NKey subject,
        String name,
        Instant issuedAt,
        Optional<Instant> expires,
        AccountLimits limits,
        List<NKey> signingKeys,
        List<ScopedKey> scopedKeys,
        Optional<AccountAuthorization> authorization,
        Optional<Permissions> defaultPermissions,
        List<String> tags) {
    public AccountClaims {
        signingKeys = List.copyOf(signingKeys);
        scopedKeys = List.copyOf(scopedKeys);
        tags = List.copyOf(tags);
    }

    /** An account without limits and keys, to be extended. */
    public static AccountClaims of(NKey subject, String name, Instant issuedAt) {
        return new AccountClaims(
                subject,
                name,
                issuedAt,
                Optional.empty(),
                AccountLimits.NONE,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /** Good until then, and during that second. */
    public AccountClaims withExpiry(Instant value) {
        return new AccountClaims(
                subject,
                name,
                issuedAt,
                Optional.of(value),
                limits,
                signingKeys,
                scopedKeys,
                authorization,
                defaultPermissions,
                tags);
    }

    public AccountClaims withLimits(AccountLimits value) {
        return new AccountClaims(
                subject,
                name,
                issuedAt,
                expires,
                value,
                signingKeys,
                scopedKeys,
                authorization,
                defaultPermissions,
                tags);
    }

    /** Replaces both kinds of signing keys. */
    public AccountClaims withKeys(List<NKey> plain, List<ScopedKey> scoped) {
        return new AccountClaims(
                subject,
                name,
                issuedAt,
                expires,
                limits,
                plain,
                scoped,
                authorization,
                defaultPermissions,
                tags);
    }

    public AccountClaims withAuthorization(AccountAuthorization value) {
        return new AccountClaims(
                subject,
                name,
                issuedAt,
                expires,
                limits,
                signingKeys,
                scopedKeys,
                Optional.of(value),
                defaultPermissions,
                tags);
    }

    public AccountClaims withDefaultPermissions(Permissions value) {
        return new AccountClaims(
                subject,
                name,
                issuedAt,
                expires,
                limits,
                signingKeys,
                scopedKeys,
                authorization,
                Optional.of(value),
                tags);
    }

    /** For a newer version. */
    public AccountClaims issuedAt(Instant value) {
        return new AccountClaims(
                subject,
                name,
                value,
                expires,
                limits,
                signingKeys,
                scopedKeys,
                authorization,
                defaultPermissions,
                tags);
    }
}
