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
        try {
            this.account = NKey.parse(account, NKeyType.ACCOUNT);
        } catch (InvalidKey e) {
            throw new RotationStopped(Why.USAGE, String.valueOf(e.getMessage()));
        }
    }

    NKey account() {
        return account;
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
                                            folder + ": no operator.jwt (expected: beside accounts)"));
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
