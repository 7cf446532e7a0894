// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Asks the authenticators in the order of the configuration. The first answer that is not {@link
 * NotMine} wins. After an {@link Unavailable} the others are still asked, but only a yes counts:
 * the one that could not be asked might have known the client, and a "no" because of our own outage
 * would make clients give up for good (design.md, decision 5). Which of several credentials counts:
 * see {@link Credentials}.
 *
 * <p>Thread-safe if its authenticators are. Immutable.
 */
public final class AuthenticatorChain {
    private final List<Link> links;
    private final Authenticator whenNobodyKnows;

    /**
     * @param whenNobodyKnows asked once after everybody had no opinion, so that a name that nobody
     *     has takes as long as a wrong password; its answer is the chain's
     */
    public AuthenticatorChain(List<Link> links, Authenticator whenNobodyKnows) {
        this.links = List.copyOf(links);
        this.whenNobodyKnows = whenNobodyKnows;
    }

    /**
     * Asks until somebody knows; {@link NotMine} only if every authenticator was asked and knew
     * nothing of the client
     */
    public Authentication authenticate(VerifiedRequest request, Instant now, Deadline deadline) {
        Optional<Credentials.Refusal> refusal = Credentials.refusal(request);
        if (refusal.isPresent()) {
            CredentialRef unread = new CredentialRef(refusal.get().kind(), "");
            return new Rejected(Rejection.BAD_CREDENTIAL, unread, refusal.get().detail());
        }
        Optional<Unavailable> outage = Optional.empty();
        for (Link link : links) {
            switch (link.ask(request, now, deadline)) {
                case Authenticated yes -> {
                    return yes;
                }
                case Rejected no -> {
                    return outage.<Authentication>map(unable -> unable).orElse(no);
                }
                case Unavailable unable -> outage = outage.or(() -> Optional.of(unable));
                case NotMine _ -> {}
            }
        }
        return outage.isPresent()
                ? outage.get()
                : whenNobodyKnows.authenticate(request, now, deadline);
    }
}
