// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

/**
 * Names a credential without showing it.
 *
 * @param fingerprint keyed hash, comparable between entries; empty where there is nothing to hash
 */
public record CredentialRef(CredentialKind kind, String fingerprint) {
    public static final CredentialRef NONE = new CredentialRef(CredentialKind.NONE, "");
}
