// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.identity.AuthenticatorChain;
import io.countersign.identity.users.User;
import io.countersign.policy.Policy;
import io.countersign.protocol.RequestVerifier;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keys, authenticators and policy, loaded and swapped as one value, so that no answer mixes two of
 * them.
 *
 * @param revision hash over all that was loaded; every entry names it
 * @param shadow a policy that is only asked what it would have decided
 * @param people who can come at all: for questions about logins, not for logins
 */
public record Generation(
        String revision,
        Envelope envelope,
        RequestVerifier verifier,
        AuthenticatorChain authenticators,
        Policy policy,
        Optional<ShadowPolicy> shadow,
        AnswerSigner signer,
        People people) {
    /**
     * Who can come at all.
     *
     * @param users of users.yaml
     * @param sources names of all authenticators
     */
    public record People(List<User> users, Set<String> sources) {
        static final People NONE = new People(List.of(), Set.of());

        public People {
            users = List.copyOf(users);
            sources = Set.copyOf(sources);
        }
    }

    /** One that is only asked by servers, and has no shadow. */
    public Generation(
            String revision,
            Envelope envelope,
            RequestVerifier verifier,
            AuthenticatorChain authenticators,
            Policy policy,
            AnswerSigner signer) {
        this(
                revision,
                envelope,
                verifier,
                authenticators,
                policy,
                Optional.empty(),
                signer,
                People.NONE);
    }
}
