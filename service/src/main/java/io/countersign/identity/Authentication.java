// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

/** An authenticator's answer: one of four. */
public sealed interface Authentication {
    /**
     * The client is who it says.
     *
     * @param isStale whether this is an older yes, because the backend cannot be asked now
     */
    record Authenticated(Identity identity, boolean isStale) implements Authentication {
        /** Proven just now, or as good as that. */
        public Authenticated(Identity identity) {
            this(identity, false);
        }
    }

    /** This credential is mine and it is bad: the chain ends here. */
    record Rejected(Rejection why, CredentialRef credential, String detail)
            implements Authentication {}

    /** Not my kind of credential, or nobody I know. */
    record NotMine() implements Authentication {}

    /** The backend that would know could not be asked. */
    record Unavailable(String backend, String detail) implements Authentication {}
}
