// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.protocol.AccountAuthorization;
import io.countersign.protocol.InvalidJwt;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.SignedAccount;
import io.countersign.protocol.SignedOperator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An operator that nsc made, read and judged: everything that would keep logins from working later
 * is told now, all at once. Holds no secret; {@link ImportedSecrets} fetches them. One thread.
 */
final class ImportedOperator {
    private final List<String> problems = new ArrayList<>();
    private final JwtReader reader;
    private final Instant now;

    private ImportedOperator(Ed25519 ed25519, Instant now) {
        this.reader = new JwtReader(ed25519);
        this.now = now;
    }

    /** An account with the token that it was read from. */
    record Account(SignedAccount signed, Operator.Jwt jwt) {
        String name() {
            return signed.claims().name();
        }

        NKey id() {
            return signed.claims().subject();
        }

        Operator.Account toOperator() {
            return new Operator.Account(name(), id(), jwt);
        }
    }

    /** The parts, each in its role. */
    record Parts(
            SignedOperator operator,
            Operator.Jwt operatorJwt,
            Account system,
            Account callout,
            AccountAuthorization authorization,
            Account operations,
            List<Account> applications) {
        Parts {
            applications = List.copyOf(applications);
        }

        boolean isStrict() {
            return operator.claims().strictSigningKeys();
        }

        List<String> applicationNames() {
            return applications.stream().map(Account::name).toList();
        }
    }

    /**
     * Reads the JWTs.
     *
     * @throws SetupFailed with everything that is wrong with them
     */
    static Parts read(NscFiles files, Ed25519 ed25519, Instant now) throws SetupFailed {
        ImportedOperator imported = new ImportedOperator(ed25519, now);
        Optional<Parts> parts = imported.parts(files);
        if (parts.isEmpty() || !imported.problems.isEmpty()) {
            throw new SetupFailed(imported.problems);
        }
        return parts.get();
    }

    private Optional<Parts> parts(NscFiles files) {
        Optional<byte[]> operatorJwt = token(files.operatorJwt());
        Optional<SignedOperator> operator =
                operatorJwt.flatMap(jwt -> operator(files.operatorJwt(), jwt));
        Map<NKey, Account> accounts = new LinkedHashMap<>();
        for (Path file : files.accountJwts()) {
            token(file)
                    .flatMap(jwt -> account(file, jwt, operator))
                    .ifPresent(account -> accounts.put(account.id(), account));
        }
        if (operator.isEmpty() || operatorJwt.isEmpty()) {
            return Optional.empty();
        }
        Optional<Account> system = system(operator.get(), accounts);
        Optional<Account> callout = callout(accounts);
        Optional<Account> operations = operations(accounts);
        if (system.isEmpty() || callout.isEmpty() || operations.isEmpty()) {
            return Optional.empty();
        }
        AccountAuthorization authorization =
                callout.get().signed().claims().authorization().orElseThrow();
        accounts.values().removeAll(List.of(system.get(), callout.get(), operations.get()));
        checkAllowed(callout.get(), authorization, accounts);
        return Optional.of(
                new Parts(
                        operator.get(),
                        Operator.Jwt.of(operatorJwt.get()),
                        system.get(),
                        callout.get(),
                        authorization,
                        operations.get(),
                        List.copyOf(accounts.values())));
    }

    private Optional<byte[]> token(Path file) {
        try {
            return Optional.of(TokenFile.read(file));
        } catch (IOException e) {
            problems.add(file + ": cannot be read: " + SetupFolder.why(e));
            return Optional.empty();
        }
    }

    private Optional<SignedOperator> operator(Path file, byte[] jwt) {
        try {
            SignedOperator operator = reader.readOperator(jwt);
            if (!operator.isTimely(now)) {
                problems.add(file + ": expired or not valid yet (expected: a valid operator)");
            }
            return Optional.of(operator);
        } catch (InvalidJwt e) {
            problems.add(file + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Account> account(Path file, byte[] jwt, Optional<SignedOperator> operator) {
        try {
            SignedAccount account = reader.readAccount(jwt);
            if (operator.isPresent() && !operator.get().maySignAccounts(account.issuer())) {
                problems.add(
                        "%s: signed by %s (expected: a key of operator %s)"
                                .formatted(file, account.issuer(), operator.get().claims().name()));
            }
            if (!account.isTimely(now)) {
                problems.add(file + ": expired or not valid yet (expected: a valid account)");
            }
            if (!SetupOptions.isAccountName(account.claims().name())) {
                problems.add(file + ": name (expected: letters, digits, _ and -)");
            }
            return Optional.of(new Account(account, Operator.Jwt.of(jwt)));
        } catch (InvalidJwt e) {
            problems.add(file + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Account> system(SignedOperator operator, Map<NKey, Account> accounts) {
        Optional<NKey> id = operator.claims().systemAccount();
        if (id.isEmpty()) {
            problems.add(
                    "operator: no system account (expected: nsc edit operator --system-account)");
            return Optional.empty();
        }
        Optional<Account> system = Optional.ofNullable(accounts.get(id.get()));
        if (system.isEmpty()) {
            problems.add("accounts: no JWT of the system account " + id.get() + " (expected: one)");
        }
        return system;
    }

    private Optional<Account> callout(Map<NKey, Account> accounts) {
        List<Account> callouts =
                accounts.values().stream()
                        .filter(account -> account.signed().claims().authorization().isPresent())
                        .toList();
        if (callouts.size() != 1) {
            problems.add(
                    "accounts: "
                            + callouts.size()
                            + " with an auth callout (expected: 1; nsc edit authcallout makes one)");
            return Optional.empty();
        }
        return Optional.of(callouts.getFirst());
    }

    private Optional<Account> operations(Map<NKey, Account> accounts) {
        Optional<Account> operations =
                accounts.values().stream()
                        .filter(account -> account.name().equals(AccountNames.OPERATIONS))
                        .findFirst();
        if (operations.isEmpty()) {
            problems.add("accounts: no JWT of COUNTERSIGN (expected: the operations account)");
        } else if (operations.get().signed().claims().limits().jetStream().isEmpty()) {
            problems.add("account COUNTERSIGN: no JetStream (expected: limits of -1, or enough)");
        }
        return operations;
    }

    private void checkAllowed(
            Account callout, AccountAuthorization authorization, Map<NKey, Account> applications) {
        if (applications.isEmpty()) {
            problems.add("accounts: none for applications (expected: at least one)");
        }
        for (NKey allowed : authorization.allowedAccounts()) {
            if (!applications.containsKey(allowed) && !allowed.equals(callout.id())) {
                problems.add("accounts: no JWT of allowed account " + allowed + " (expected: one)");
            }
        }
        for (Account account : applications.values()) {
            if (!authorization.anyAccount()
                    && !authorization.allowedAccounts().contains(account.id())) {
                problems.add(
                        ("account %s: not among the allowed accounts of %s (expected: nsc edit"
                                        + " authcallout --allowed-account %s)")
                                .formatted(account.name(), callout.name(), account.id()));
            }
        }
    }
}
