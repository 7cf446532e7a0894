// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.identity.AuthenticatorChain;
import io.countersign.policy.Policy;
import io.countersign.protocol.RequestVerifier;
import java.util.Optional;

/**
 * Keys, authenticators and policy, loaded and swapped as one value, so that no answer mixes two of
 * them.
 *
 * @param revision hash over all that was loaded; every entry names it
 * @param shadow a policy that is only asked what it would have decided
 */
public record Generation(
        String revision,
        Envelope envelope,
        RequestVerifier verifier,
        AuthenticatorChain authenticators,
        Policy policy,
        Optional<ShadowPolicy> shadow,
        AnswerSigner signer) {
    /** One without a shadow. */
    public Generation(
            String revision,
            Envelope envelope,
            RequestVerifier verifier,
            AuthenticatorChain authenticators,
            Policy policy,
            AnswerSigner signer) {
        this(revision, envelope, verifier, authenticators, policy, Optional.empty(), signer);
    }
}
