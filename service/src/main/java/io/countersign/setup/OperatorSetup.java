// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A configuration in operator mode: operator, accounts and users as JWTs, servers with a full
 * resolver that starts with all of them, and the service's files (design, decision 16). Safe for
 * use by many threads.
 */
public final class OperatorSetup {
    private final Ed25519 ed25519;
    private final PasswordHasher hasher;
    private final SecureRandom random;
    private final Clock clock;

    public OperatorSetup(Ed25519 ed25519, PasswordHasher hasher, SecureRandom random, Clock clock) {
        this.ed25519 = ed25519;
        this.hasher = hasher;
        this.random = random;
        this.clock = clock;
    }

    /** Fills {@code keys/} and {@code creds/} and returns what is public. */
    private interface Source {
        Operator make(SetupFolder folder) throws SetupFailed;
    }

    /**
     * Makes the folder, with keys of its own.
     *
     * @throws SetupFailed with every problem; nothing is then left behind
     */
    public SetupResult run(SetupOptions options) throws SetupFailed {
        return run(
                options,
                true,
                folder ->
                        new NewOperator(folder, options, ed25519, random, clock.instant()).make());
    }

    /**
     * Makes the folder around an operator that nsc made, without keys of its own but the one for
     * routes and the instances' secret. The accounts of the options do not count: those of the JWTs
     * do.
     *
     * @throws SetupFailed with every problem; nothing is then left behind
     */
    public SetupResult run(SetupOptions options, NscFiles files) throws SetupFailed {
        Instant now = clock.instant();
        ImportedOperator.Parts parts = ImportedOperator.read(files, ed25519, now);
        return run(
                options.withAccounts(parts.applicationNames()),
                false,
                folder ->
                        new ImportedSecrets(files, parts, folder, options.sealed(), ed25519, now)
                                .copy());
    }

    private SetupResult run(SetupOptions options, boolean withOfflineKeys, Source source)
            throws SetupFailed {
        options.check();
        OneTimePassword example =
                OneTimePassword.make(options.exampleUser(), "example user of users.yaml", random);
        try (SetupFolder folder = SetupFolder.stage(options.folder())) {
            Operator operator = source.make(folder);
            KeyFiles keys = new KeyFiles(folder, random);
            keys.makeClusterSecret();
            NKey admin = keys.make(KeyFiles.ADMIN_REQUESTS, NKeyType.USER);
            writeJwts(folder, operator);
            ServerFiles servers = new ServerFiles(folder, options, OneTimePassword.random(random));
            servers.write(
                    "operator",
                    operator.callout().id().text(),
                    data -> accounts(options, operator, data));
            writeService(folder, options, operator, hasher.hash(example), admin);
            List<String> summary =
                    Summary.ofOperator(options, folder.target(), operator, withOfflineKeys);
            folder.write("README.txt", Summary.readme(summary));
            folder.publish();
            return new SetupResult(folder.target(), folder.files(), List.of(example), summary);
        }
    }

    private static void writeJwts(SetupFolder folder, Operator operator) throws SetupFailed {
        folder.write("operator.jwt", operator.jwt().text());
        for (Operator.Account account : operator.accounts()) {
            folder.write("accounts/" + account.name() + ".jwt", account.jwt().text());
        }
    }

    private static void writeService(
            SetupFolder folder,
            SetupOptions options,
            Operator operator,
            String passwordHash,
            NKey admin)
            throws SetupFailed {
        ServiceFiles service = new ServiceFiles(folder, options);
        service.writeOperator(
                new ServiceFiles.Logins(
                        "credentials",
                        Operator.creds("callout"),
                        Operator.creds("operations"),
                        Operator.creds("system")),
                Operator.signingKey(operator.callout().name()),
                operator.callout().id(),
                operator.applications().stream()
                        .map(account ->
                                new ServiceFiles.Account(
                                        account.name(),
                                        account.id(),
                                        Operator.signingKey(account.name())))
                        .toList(),
                admin);
        service.writeSamples(passwordHash);
    }

    private static String accounts(SetupOptions options, Operator operator, Path data) {
        String preload =
                operator.accounts().stream()
                        .map(account ->
                                "  # %s\n  %s: %s\n"
                                        .formatted(
                                                account.name(),
                                                account.id().text(),
                                                ConfText.quoted(account.jwt().text())))
                        .collect(Collectors.joining());
        return """

        authorization {
          timeout: %d
        }

        operator: %s
        system_account: %s
        %s
        # Keeps what "countersign setup push" brings; newer than the preloaded ones wins.
        resolver {
          type: full
          dir: %s
          allow_delete: false
          interval: "2m"
        }

        resolver_preload {
        %s}
        """
                .formatted(
                        ServerFiles.AUTHORIZATION_TIMEOUT,
                        ConfText.quoted(operator.jwt().text()),
                        operator.system().id().text(),
                        defaultSentinel(options, operator),
                        ConfText.quoted(data.resolve("accounts").toString()),
                        preload);
    }

    private static String defaultSentinel(SetupOptions options, Operator operator) {
        if (!options.oldestServer().knows(ServerVersion.DEFAULT_SENTINEL)) {
            return "";
        }
        return """

        # For clients that bring no user JWT of their own. It may neither publish nor subscribe.
        default_sentinel: %s
        """
                .formatted(ConfText.quoted(operator.sentinel().text()));
    }
}
