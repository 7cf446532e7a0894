// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.protocol.SignedOperator;
import io.countersign.setup.AccountChange;
import io.countersign.setup.AccountFile;
import io.countersign.setup.AccountFiles;
import io.countersign.setup.AccountSigner;
import io.countersign.setup.SetupFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code setup push} that change an account before it is pushed. */
final class AccountChangeOptions {
    @Option(
            names = "--account",
            paramLabel = "NAME",
            description = "Of all accounts found, only the one of this name.")
    private @Nullable String account;

    @Option(
            names = "--add-signing-key",
            paramLabel = "FILE",
            description = {
                "With --account: the public key of this seed signs for the account from now on, too.",
                "The seed is made if the file is not there."
            })
    private List<Path> added = new ArrayList<>();

    @Option(
            names = "--remove-signing-key",
            paramLabel = "KEY|FILE",
            description = {
                "With --account: this public key, or that of this seed, signs no more. Servers close",
                "the sessions that it signed."
            })
    private List<String> removed = new ArrayList<>();

    @Option(
            names = "--operator-key",
            paramLabel = "FILE",
            description = "Seed of the operator's signing key; needed for a change.")
    private @Nullable Path operatorKey;

    /** The accounts to push: all of them, or the named one, changed. */
    List<AccountFile> apply(AccountFiles.Found found, Ed25519 ed25519, Clock clock)
            throws SetupFailed {
        String name = account;
        boolean changes = !added.isEmpty() || !removed.isEmpty();
        if (name == null) {
            if (changes) {
                throw wrong("--add-signing-key, --remove-signing-key: need --account");
            }
            return found.accounts();
        }
        AccountFile file =
                found.accounts().stream()
                        .filter(it -> it.name().equals(name))
                        .findFirst()
                        .orElseThrow(() ->
                                wrong(
                                        "--account: %s (expected: one of %s)"
                                                .formatted(name, names(found))));
        return List.of(changes ? changed(file, found, new AccountSigner(ed25519, clock)) : file);
    }

    private AccountFile changed(AccountFile file, AccountFiles.Found found, AccountSigner signer)
            throws SetupFailed {
        Path key = operatorKey;
        if (key == null) {
            throw wrong("--operator-key: missing (expected: seed of the operator's signing key)");
        }
        SignedOperator operator =
                found.operator()
                        .orElseThrow(() ->
                                wrong(
                                        "--operator-jwt: missing, and no operator.jwt is in"
                                                + " the folder (expected: the operator)"));
        List<AccountChange> changes = new ArrayList<>();
        for (Path seedFile : added) {
            changes.add(new AccountChange.AddSigningKey(publicKey(seedFile, true)));
        }
        for (String removal : removed) {
            changes.add(new AccountChange.RemoveSigningKey(key(removal)));
        }
        return signer.changed(file, changes, operator, key);
    }

    private static NKey key(String keyOrSeedFile) {
        try {
            return Files.exists(Path.of(keyOrSeedFile))
                    ? publicKey(Path.of(keyOrSeedFile), false)
                    : NKey.parse(keyOrSeedFile, NKeyType.ACCOUNT);
        } catch (InvalidKey e) {
            throw wrong("--remove-signing-key: " + e.getMessage() + ", or a file with its seed");
        }
    }

    private static NKey publicKey(Path seedFile, boolean make) {
        try (Seed seed = make && !Files.exists(seedFile) ? made(seedFile) : Seed.read(seedFile)) {
            if (seed.publicKey().type() != NKeyType.ACCOUNT) {
                throw wrong(
                        seedFile + ": seed of " + seed.publicKey() + " (expected: account seed)");
            }
            return seed.publicKey();
        } catch (IOException e) {
            throw wrong(seedFile + ": cannot be read or made: " + e.getMessage());
        } catch (InvalidKey e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private static Seed made(Path file) throws IOException {
        Seed seed = Seed.generate(NKeyType.ACCOUNT, new SecureRandom());
        seed.write(file);
        return seed;
    }

    private static List<String> names(AccountFiles.Found found) {
        return found.accounts().stream().map(AccountFile::name).toList();
    }

    private static CommandFailed wrong(String message) {
        return new CommandFailed(ExitCode.USAGE, message);
    }
}
