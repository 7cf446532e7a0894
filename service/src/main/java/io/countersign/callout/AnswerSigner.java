// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.crypto.NKey;
import io.countersign.crypto.Signer;
import io.countersign.identity.Identity;
import io.countersign.policy.Grant;
import io.countersign.protocol.AnswerJwt;
import io.countersign.protocol.Permissions;
import io.countersign.protocol.Placement;
import io.countersign.protocol.UserClaims;
import io.countersign.protocol.UserJwt;
import io.countersign.protocol.VerifiedRequest;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Signs answers as the server's mode demands (reference 2). Thread-safe. */
public sealed interface AnswerSigner {
    /** Names of the accounts that we hold a key for. */
    Set<String> accounts();

    /**
     * The answer that lets the client in. The grant's account is one of {@link #accounts()}.
     *
     * @param room free bytes in front of it, for its envelope
     */
    byte[] allow(VerifiedRequest request, Identity identity, Grant grant, Instant now, int room);

    /**
     * The answer that refuses.
     *
     * @param error for the server's log: short and without secrets
     * @param room free bytes in front of it, for its envelope
     */
    byte[] deny(VerifiedRequest request, String error, Instant now, int room);

    private static UserClaims claims(
            VerifiedRequest request,
            Identity identity,
            Grant grant,
            Optional<Permissions> permissions,
            Instant now) {
        return new UserClaims(
                request.userKey(),
                identity.principal().name(),
                permissions,
                now,
                Optional.of(grant.expires()),
                grant.tags(),
                false);
    }

    /**
     * Static mode: everything is signed with the issuer that the asking server names, so that
     * servers with the old and the new issuer are served at once (design, decision 4).
     *
     * @param issuers by public key
     */
    record OfStatic(Map<String, Signer> issuers, Set<String> accounts) implements AnswerSigner {
        public OfStatic {
            issuers = Map.copyOf(issuers);
            accounts = Set.copyOf(accounts);
        }

        @Override
        public byte[] allow(
                VerifiedRequest request, Identity identity, Grant grant, Instant now, int room) {
            Signer issuer = issuer(request);
            UserClaims claims =
                    claims(request, identity, grant, Optional.of(grant.permissions()), now);
            byte[] user = UserJwt.mint(claims, new Placement.ByName(grant.account()), issuer);
            return AnswerJwt.allow(request, user, issuer, Optional.empty(), now, room);
        }

        @Override
        public byte[] deny(VerifiedRequest request, String error, Instant now, int room) {
            return AnswerJwt.deny(request, error, issuer(request), Optional.empty(), now, room);
        }

        private Signer issuer(VerifiedRequest request) {
            Signer issuer = issuers.get(request.subject());
            if (issuer == null) {
                // The verifier lets only requests for our issuers pass; both are built from one
                // list.
                throw new IllegalStateException("no issuer " + request.subject());
            }
            return issuer;
        }
    }

    /**
     * Operator mode: the answer is the callout account's, the user JWT is the target account's.
     *
     * @param outer identity or signing key of the callout account
     */
    record OfOperator(NKey calloutAccount, Signer outer, Map<String, Target> targets)
            implements AnswerSigner {
        /**
         * An account that users may be placed in.
         *
         * @param scoped true if the key is a scoped one, whose template rules instead of our
         *     permissions
         */
        public record Target(NKey account, Signer signer, boolean scoped) {}

        public OfOperator {
            targets = Map.copyOf(targets);
        }

        @Override
        public Set<String> accounts() {
            return targets.keySet();
        }

        @Override
        public byte[] allow(
                VerifiedRequest request, Identity identity, Grant grant, Instant now, int room) {
            Target target = targets.get(grant.account());
            if (target == null) {
                throw new IllegalStateException("no key for account " + grant.account());
            }
            Optional<Permissions> permissions =
                    target.scoped() ? Optional.empty() : Optional.of(grant.permissions());
            byte[] user =
                    UserJwt.mint(
                            claims(request, identity, grant, permissions, now),
                            new Placement.ByKey(target.account()),
                            target.signer());
            return AnswerJwt.allow(request, user, outer, Optional.of(calloutAccount), now, room);
        }

        @Override
        public byte[] deny(VerifiedRequest request, String error, Instant now, int room) {
            return AnswerJwt.deny(request, error, outer, Optional.of(calloutAccount), now, room);
        }
    }
}
