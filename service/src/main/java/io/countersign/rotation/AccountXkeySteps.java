// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.protocol.AccountAuthorization;
import io.countersign.protocol.SignedAccount;
import io.countersign.setup.AccountChange;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Operator mode: the xkey stands in the callout account's JWT, which servers take at once. A server
 * tells which JWT it works with; and no request may have come with the old key since all have the
 * new one.
 */
final class AccountXkeySteps extends ListedKeySteps {
    /** No client waits longer for an answer, so no older request is under way after it. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(3);

    private final AccountJwts jwts;

    AccountXkeySteps(Workbench bench, String account) throws RotationStopped {
        super(KeyKind.XKEY, bench);
        this.jwts = new AccountJwts(bench, account);
    }

    @Override
    String rollPlan(RotationState state) {
        String wait = "\nand wait until every server works with it.";
        return jwts.isOurs()
                ? "Sign the callout account's JWT with xkey %s, push it to all servers%s"
                        .formatted(state.fresh().name(), wait)
                : """
                Put the new key into the callout account's JWT, and push it to all servers:
                  nsc edit authcallout --account AUTH --curve %s
                  nsc push --account AUTH
                (This command does it, given --operator-key.) It waits until every server works with it.\
                """
                        .formatted(state.fresh().name());
    }

    @Override
    RotationState roll(RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        if (jwts.isOurs() && outdated(state).isPresent()) {
            jwts.push(
                    List.of(
                            new AccountChange.SealFor(
                                    AccountJwts.key(state.fresh().name(), NKeyType.CURVE))));
        }
        bench().await("every server works with the new key", () -> outdated(state));
        bench().teller().pause(UNDER_WAY);
        return state.rolledAt(bench().clock().instant());
    }

    private Optional<String> outdated(RotationState state)
            throws IOException, InterruptedException {
        return jwts.not(account -> fault(account, state.fresh().name()));
    }

    private static Optional<String> fault(SignedAccount account, String fresh) {
        String xkey =
                account.claims()
                        .authorization()
                        .flatMap(AccountAuthorization::xkey)
                        .map(NKey::text)
                        .orElse("no xkey");
        return xkey.equals(fresh) ? Optional.empty() : Optional.of("seals for " + xkey);
    }

    @Override
    Optional<String> needed(RotationState state) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        outdated(state).ifPresent(lines::add);
        Fleet fleet = bench().reach().instances();
        fleet.not(_ -> true, "").ifPresent(lines::add);
        bench().reach().servers().ifPresent(servers -> lines.addAll(servers.missing()));
        Instant since = state.rolled().orElse(Instant.MIN);
        fleet.instances().stream()
                .flatMap(it -> it.servers().stream())
                .filter(use -> state.oldNames().contains(use.xkey()) && use.at().isAfter(since))
                .map(use ->
                        "server %s: asked with %s at %s"
                                .formatted(use.name(), use.xkey(), use.at()))
                .distinct()
                .forEach(lines::add);
        return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", lines));
    }
}
