// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.protocol.AccountAuthorization;
import io.countersign.protocol.AccountClaims;
import io.countersign.protocol.AccountJwt;
import io.countersign.protocol.AccountLimits;
import io.countersign.protocol.CredsFile;
import io.countersign.protocol.OperatorClaims;
import io.countersign.protocol.OperatorJwt;
import io.countersign.protocol.Permissions;
import io.countersign.protocol.Placement;
import io.countersign.protocol.UserClaims;
import io.countersign.protocol.UserJwt;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Makes an operator with all its keys (reference 3.2). Identity keys sign nothing but the
 * operator's own JWT: accounts are signed with the operator's signing key and users with their
 * account's, and the operator says so (strict), so that the identity keys can be locked away. One
 * thread, one run.
 */
final class NewOperator {
    private static final String OFFLINE = "keys/offline/";
    private static final AccountLimits WITH_STREAMS =
            AccountLimits.NONE.withJetStream(AccountLimits.JetStream.UNLIMITED);

    private final SetupFolder folder;
    private final SetupOptions options;
    private final Ed25519 ed25519;
    private final SecureRandom random;
    private final Instant now;
    private final KeyFiles keys;

    NewOperator(
            SetupFolder folder,
            SetupOptions options,
            Ed25519 ed25519,
            SecureRandom random,
            Instant now) {
        this.folder = folder;
        this.options = options;
        this.ed25519 = ed25519;
        this.random = random;
        this.now = now;
        this.keys = new KeyFiles(folder, random);
    }

    /** Keys of an account whose JWT is not made yet. */
    private record Draft(String name, NKey id, Signer users) {
        AccountClaims claims(Instant now) {
            return AccountClaims.of(id, name, now).withKeys(List.of(users.key()), List.of());
        }
    }

    /** A user with its credentials. */
    private record User(NKey key, Operator.Jwt jwt) {}

    Operator make() throws SetupFailed {
        Signer signing = signer(OFFLINE + "operator.signing.nk", NKeyType.OPERATOR);
        Draft system = draft(AccountNames.SYSTEM, offlineSigningKey(AccountNames.SYSTEM));
        Operator.Jwt jwt = operatorJwt(signing.key(), system.id());
        List<Draft> drafts = new ArrayList<>();
        for (String name : options.accounts()) {
            drafts.add(draft(name, Operator.signingKey(name)));
        }
        user(system, "system", LeastPrivilege.SYSTEM, false);
        Draft operations =
                draft(AccountNames.OPERATIONS, offlineSigningKey(AccountNames.OPERATIONS));
        user(operations, "operations", LeastPrivilege.OPERATIONS, false);
        user(operations, "admin", LeastPrivilege.ADMIN, false);
        Draft callout = draft(AccountNames.CALLOUT, Operator.signingKey(AccountNames.CALLOUT));
        User service = user(callout, "callout", LeastPrivilege.CALLOUT, false);
        User sentinel = user(callout, "sentinel", Permissions.NONE, true);
        List<Operator.Account> applications = new ArrayList<>();
        for (Draft draft : drafts) {
            applications.add(account(draft.claims(now).withLimits(WITH_STREAMS), signing));
        }
        return new Operator(
                jwt,
                account(system.claims(now), signing),
                account(calloutClaims(callout, service.key(), drafts), signing),
                account(operations.claims(now).withLimits(WITH_STREAMS), signing),
                applications,
                sentinel.jwt());
    }

    private Operator.Jwt operatorJwt(NKey signingKey, NKey systemAccount) throws SetupFailed {
        Signer identity = signer(OFFLINE + "operator.nk", NKeyType.OPERATOR);
        OperatorClaims claims =
                new OperatorClaims(
                        identity.key(),
                        options.cluster(),
                        now,
                        Optional.empty(),
                        List.of(signingKey),
                        options.servers().urls().getFirst(),
                        options.servers().urls(),
                        Optional.of(systemAccount),
                        true,
                        List.of());
        return Operator.Jwt.of(OperatorJwt.mint(claims, identity));
    }

    /**
     * Users without permissions of their own get none at all in the callout account: whoever could
     * subscribe there would read passwords.
     */
    private AccountClaims calloutClaims(Draft callout, NKey service, List<Draft> applications)
            throws SetupFailed {
        Optional<NKey> xkey =
                options.sealed()
                        ? Optional.of(keys.make("keys/xkey.nk", NKeyType.CURVE))
                        : Optional.empty();
        return callout.claims(now)
                .withDefaultPermissions(Permissions.NONE)
                .withAuthorization(
                        new AccountAuthorization(
                                List.of(service),
                                applications.stream().map(Draft::id).toList(),
                                false,
                                xkey));
    }

    /** Of accounts in which the service signs nothing. */
    private static String offlineSigningKey(String account) {
        return OFFLINE + account + ".signing.nk";
    }

    private Draft draft(String name, String signingKey) throws SetupFailed {
        NKey id = keys.make(OFFLINE + name + ".nk", NKeyType.ACCOUNT);
        return new Draft(name, id, signer(signingKey, NKeyType.ACCOUNT));
    }

    private Signer signer(String path, NKeyType type) throws SetupFailed {
        try (Seed seed = keys.makeSeed(path, type)) {
            return ed25519.signer(seed);
        }
    }

    private static Operator.Account account(AccountClaims claims, Signer operator) {
        return new Operator.Account(
                claims.name(),
                claims.subject(),
                Operator.Jwt.of(AccountJwt.mint(claims, operator)));
    }

    private User user(Draft account, String name, Permissions permissions, boolean bearer)
            throws SetupFailed {
        try (Seed seed = Seed.generate(NKeyType.USER, random)) {
            UserClaims claims =
                    new UserClaims(
                            seed.publicKey(),
                            name,
                            Optional.of(permissions),
                            now,
                            Optional.empty(),
                            List.of(),
                            bearer);
            byte[] jwt = UserJwt.mint(claims, new Placement.ByKey(account.id()), account.users());
            byte[] creds = CredsFile.write(jwt, seed);
            try {
                folder.write(Operator.creds(name), creds);
            } finally {
                Arrays.fill(creds, (byte) 0);
            }
            return new User(seed.publicKey(), Operator.Jwt.of(jwt));
        }
    }
}
