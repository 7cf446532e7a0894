// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.protocol.InvalidJwt;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.SignedAccount;
import io.countersign.protocol.SignedOperator;
import io.countersign.rotation.RotationStopped.Why;
import io.countersign.setup.AccountChange;
import io.countersign.setup.AccountFile;
import io.countersign.setup.AccountFiles;
import io.countersign.setup.AccountSigner;
import io.countersign.setup.PushRefused;
import io.countersign.setup.PushReport;
import io.countersign.setup.SetupFailed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** One account's JWT: changed, signed and pushed, if that can be done here, and looked at. */
final class AccountJwts {
    private final Workbench bench;
    private final NKey account;
    private final JwtReader reader;

    AccountJwts(Workbench bench, String account) throws RotationStopped {
        this.bench = bench;
        this.reader = new JwtReader(bench.ed25519());
        this.account = key(account, NKeyType.ACCOUNT);
    }

    NKey account() {
        return account;
    }

    /** For people: a change of the account, by this command or by nsc. */
    String plan(String what, String nsc, String name) {
        return isOurs()
                ? "Sign the account's JWT anew, to " + what + ", and push it to all servers."
                : """
                In the account's JWT, %s, and push it to all servers:
                  %s
                  nsc push --account %s
                (This command does it, given --operator-key.)\
                """
                        .formatted(what, nsc, name);
    }

    /** Makes the new signing key known to all servers, with the scope of the old one. */
    void add(RotationState state) throws IOException, InterruptedException, RotationStopped {
        String fresh = state.fresh().name();
        if (isOurs() && notKnowing(fresh).isPresent()) {
            push(
                    List.of(
                            new AccountChange.AddSigningKeyLike(
                                    key(fresh, NKeyType.ACCOUNT),
                                    key(state.old().getFirst().name(), NKeyType.ACCOUNT))));
        }
        bench.await("every server knows the new key", () -> notKnowing(fresh));
    }

    /** Takes the old signing keys away on all servers. */
    void remove(RotationState state) throws IOException, InterruptedException, RotationStopped {
        List<AccountChange> changes = new ArrayList<>();
        for (String old : state.oldNames()) {
            // An identity key may have signed, too; it is no signing key, and stays.
            if (knowing(List.of(old)).isPresent()) {
                changes.add(new AccountChange.RemoveSigningKey(key(old, NKeyType.ACCOUNT)));
            }
        }
        if (isOurs() && !changes.isEmpty()) {
            push(changes);
        }
        bench.await("no server knows the old key any more", () -> knowing(state.oldNames()));
    }

    /** Whom these keys let in and who is still there; empty if nobody is. */
    Optional<String> signedBy(List<String> keys) throws IOException, InterruptedException {
        List<String> lines =
                bench.reach().signed(account).stream()
                        .filter(it -> keys.contains(it.key()))
                        .map(it ->
                                "server %s: %d connections let in by %s, such as \"%s\""
                                        .formatted(
                                                it.server(),
                                                it.connections(),
                                                it.key(),
                                                it.sample()))
                        .toList();
        return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", lines));
    }

    /** Why not every server knows a signing key; empty if all do. */
    Optional<String> notKnowing(String key) throws IOException, InterruptedException {
        return not(it -> has(it, key) ? Optional.empty() : Optional.of("does not know " + key));
    }

    /** Why some server still knows one of these signing keys; empty if none does. */
    Optional<String> knowing(List<String> keys) throws IOException, InterruptedException {
        return not(it ->
                keys.stream()
                        .filter(key -> has(it, key))
                        .findFirst()
                        .map(key -> "still knows " + key));
    }

    /** Its identity key is no signing key: it cannot be taken away. */
    private static boolean has(SignedAccount account, String key) {
        return account.claims().signingKeys().stream().anyMatch(it -> it.text().equals(key))
                || account.claims().scopedKeys().stream()
                        .anyMatch(it -> it.key().text().equals(key));
    }

    /** The public key, checked. */
    static NKey key(String text, NKeyType type) throws RotationStopped {
        try {
            return NKey.parse(text, type);
        } catch (InvalidKey e) {
            throw new RotationStopped(Why.USAGE, String.valueOf(e.getMessage()));
        }
    }

    /** True if this command was given what it takes to change it. */
    boolean isOurs() {
        return bench.choices().operatorKey().isPresent();
    }

    /** Signs the next version and brings it to all servers. */
    void push(List<AccountChange> changes) throws IOException, RotationStopped {
        Path key = bench.choices().operatorKey().orElseThrow();
        Path folder = bench.choices().accounts().orElse(bench.settings().folder());
        try {
            AccountFiles.Found found =
                    AccountFiles.read(
                            List.of(folder),
                            Optional.empty(),
                            bench.ed25519(),
                            bench.clock().instant());
            AccountFile file =
                    found.accounts().stream()
                            .filter(it -> it.account().claims().subject().equals(account))
                            .findFirst()
                            .orElseThrow(() ->
                                    new RotationStopped(
                                            Why.USAGE,
                                            "%s: no JWT of account %s (expected: it; --accounts names the folder)"
                                                    .formatted(folder, account)));
            SignedOperator operator =
                    found.operator()
                            .orElseThrow(() ->
                                    new RotationStopped(
                                            Why.USAGE,
                                            folder
                                                    + ": no operator.jwt (expected: beside accounts)"));
            AccountFile next =
                    new AccountSigner(bench.ed25519(), bench.clock())
                            .changed(file, changes, operator, key);
            PushReport report = bench.reach().push(next);
            report.lines().forEach(bench::tell);
            if (report.isRefused() || report.isIncomplete()) {
                throw new RotationStopped(
                        report.isRefused() ? Why.REFUSED : Why.WAITING,
                        "Not every server has taken the account. The same command tries again.");
            }
        } catch (SetupFailed e) {
            throw new RotationStopped(Why.USAGE, String.join("\n", e.problems()));
        } catch (PushRefused e) {
            throw new RotationStopped(Why.REFUSED, String.join("\n", e.reasons()));
        }
    }

    /** Which servers have a version that is not as it should be; empty if none has. */
    Optional<String> not(Function<SignedAccount, Optional<String>> fault)
            throws IOException, InterruptedException {
        List<Reach.Version> versions = bench.reach().versions(account);
        List<String> lines = new ArrayList<>();
        if (versions.isEmpty()) {
            lines.add("no server tells its JWT of account " + account);
        }
        for (Reach.Version version : versions) {
            try {
                fault.apply(reader.readAccount(version.jwt()))
                        .ifPresent(what -> lines.add(version.where() + ": " + what));
            } catch (InvalidJwt e) {
                lines.add(version.where() + ": " + e.getMessage());
            }
        }
        return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", lines));
    }
}
