// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.protocol.InvalidJwt;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.SignedAccount;
import io.countersign.protocol.SignedOperator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads account JWTs that somebody wants to push, and tells everything that is wrong with them at
 * once. One thread, one run.
 */
public final class AccountFiles {
    private static final String OPERATOR = "operator.jwt";

    private final List<String> problems = new ArrayList<>();
    private final Map<NKey, AccountFile> accounts = new LinkedHashMap<>();
    private final JwtReader reader;
    private final Instant now;
    private Optional<SignedOperator> operator = Optional.empty();

    private AccountFiles(Ed25519 ed25519, Instant now) {
        this.reader = new JwtReader(ed25519);
        this.now = now;
    }

    /**
     * What was found.
     *
     * @param accounts each once; at least one
     * @param operator whose accounts they are, if its JWT was given or is in the folder
     */
    public record Found(List<AccountFile> accounts, Optional<SignedOperator> operator) {
        public Found {
            accounts = List.copyOf(accounts);
        }
    }

    /**
     * Reads files and folders. In a folder that {@code setup} made these are those in {@code
     * accounts/}, and in any other its {@code *.jwt}, without {@code operator.jwt}, which is read
     * as what it is.
     *
     * @param operatorJwt a file; otherwise the one in the folder or above it counts
     * @throws SetupFailed with every problem, each with its place
     */
    public static Found read(
            List<Path> places, Optional<Path> operatorJwt, Ed25519 ed25519, Instant now)
            throws SetupFailed {
        AccountFiles files = new AccountFiles(ed25519, now);
        operatorJwt.ifPresent(files::readOperator);
        for (Path place : places) {
            files.readPlace(place);
        }
        files.checkIssuers();
        if (!files.problems.isEmpty()) {
            throw new SetupFailed(files.problems);
        }
        return new Found(List.copyOf(files.accounts.values()), files.operator);
    }

    private void readPlace(Path place) {
        if (!Files.isDirectory(place)) {
            readAccount(place);
            return;
        }
        Path inside = place.resolve("accounts");
        Path folder = Files.isDirectory(inside) ? inside : place;
        if (operator.isEmpty()) {
            operatorOf(folder).ifPresent(this::readOperator);
        }
        try (Stream<Path> content = Files.list(folder)) {
            List<Path> found = content.filter(AccountFiles::isAccount).sorted().toList();
            if (found.isEmpty()) {
                problems.add(folder + ": no account JWT in it (expected: files named *.jwt)");
            }
            found.forEach(this::readAccount);
        } catch (IOException e) {
            problems.add(folder + ": cannot be read: " + SetupFolder.why(e));
        }
    }

    private static boolean isAccount(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".jwt") && !name.startsWith(".") && !name.equals(OPERATOR);
    }

    /** In the folder, or beside its {@code accounts/}. */
    private static Optional<Path> operatorOf(Path folder) {
        @Nullable Path parent = folder.toAbsolutePath().normalize().getParent();
        return Stream.ofNullable(parent)
                .filter(_ -> folder.endsWith("accounts"))
                .map(above -> above.resolve(OPERATOR))
                .filter(Files::isRegularFile)
                .findFirst()
                .or(() -> Optional.of(folder.resolve(OPERATOR)).filter(Files::isRegularFile));
    }

    private void readOperator(Path file) {
        try {
            SignedOperator read = reader.readOperator(TokenFile.read(file));
            if (!read.isTimely(now)) {
                problems.add(file + ": expired or not valid yet (expected: a valid operator)");
            }
            operator = Optional.of(read);
        } catch (IOException e) {
            problems.add(file + ": cannot be read: " + SetupFolder.why(e));
        } catch (InvalidJwt e) {
            problems.add(file + ": " + e.getMessage());
        }
    }

    private void readAccount(Path file) {
        try {
            byte[] jwt = TokenFile.read(file);
            SignedAccount account = reader.readAccount(jwt);
            if (!account.isTimely(now)) {
                problems.add(file + ": expired or not valid yet (expected: a valid account)");
            }
            AccountFile read = AccountFile.asItIs(file, account, jwt);
            AccountFile other = accounts.putIfAbsent(account.claims().subject(), read);
            if (other != null) {
                problems.add(
                        "%s: account %s is in %s already (expected: each account once)"
                                .formatted(file, account.claims().subject(), other.path()));
            }
        } catch (IOException e) {
            problems.add(file + ": cannot be read: " + SetupFolder.why(e));
        } catch (InvalidJwt e) {
            problems.add(file + ": " + e.getMessage());
        }
    }

    private void checkIssuers() {
        operator.ifPresent(known ->
                accounts.values().stream()
                        .filter(file -> !known.maySignAccounts(file.account().issuer()))
                        .map(file -> foreign(file, known))
                        .forEach(problems::add));
    }

    static String foreign(AccountFile file, SignedOperator operator) {
        return "%s: signed by %s (expected: a key of operator %s that may sign accounts)"
                .formatted(file, file.account().issuer(), operator.claims().name());
    }
}
