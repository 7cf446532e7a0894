// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

/** An authenticator's answer: one of four. */
public sealed interface Authentication {
    /** The client is who it says. */
    record Authenticated(Identity identity) implements Authentication {}

    /** This credential is mine and it is bad: the chain ends here. */
    record Rejected(Rejection why, CredentialRef credential, String detail)
            implements Authentication {}

    /** Not my kind of credential, or nobody I know. */
    record NotMine() implements Authentication {}

    /** The backend that would know could not be asked. */
    record Unavailable(String backend, String detail) implements Authentication {}
}
