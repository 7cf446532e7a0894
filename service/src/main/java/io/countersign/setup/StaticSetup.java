// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A configuration in static mode: accounts in the servers' files, the service's users as nkeys (so
 * that servers make nonces for every client), and administrators in {@code auth_users}, so that
 * they get in when no instance answers (design, decision 16). Safe for use by many threads.
 */
public final class StaticSetup {
    private static final String BREAK_GLASS = "break-glass";
    private static final String ISSUER = "keys/issuer.nk";

    private final PasswordHasher hasher;
    private final SecureRandom random;

    public StaticSetup(PasswordHasher hasher, SecureRandom random) {
        this.hasher = hasher;
        this.random = random;
    }

    /** Public keys of what was made. */
    private record Keys(
            NKey issuer,
            Optional<NKey> xkey,
            NKey callout,
            NKey operations,
            NKey admin,
            NKey system) {}

    /**
     * Makes the folder.
     *
     * @throws SetupFailed with every problem; nothing is then left behind
     */
    public SetupResult run(SetupOptions options) throws SetupFailed {
        OneTimePassword example =
                OneTimePassword.make(options.exampleUser(), "example user of users.yaml", random);
        return make(
                options,
                List.of(example),
                Summary.samples(options.exampleUser()),
                service -> service.writeSamples(hasher.hash(example)));
    }

    /**
     * Makes the folder with accounts, users and permissions of servers that had no callout, and a
     * report of what did not come along.
     *
     * @throws SetupFailed with every problem; nothing is then left behind
     */
    public SetupResult run(SetupOptions options, ImportedFiles imported) throws SetupFailed {
        List<String> accounts = new ArrayList<>(imported.accounts());
        options.accounts().stream().filter(it -> !accounts.contains(it)).forEach(accounts::add);
        return make(
                options.withAccounts(accounts),
                List.of(),
                "whom the servers let in so far; IMPORT.txt says what did not come along",
                service -> service.writeImported(imported));
    }

    /** Writes {@code users.yaml} and {@code policy.yaml}. */
    @FunctionalInterface
    private interface People {
        void write(ServiceFiles service) throws SetupFailed;
    }

    private SetupResult make(
            SetupOptions options, List<OneTimePassword> shown, String ownFiles, People people)
            throws SetupFailed {
        options.check();
        OneTimePassword breakGlass =
                OneTimePassword.make(
                        BREAK_GLASS,
                        "administrator of the servers, also when no instance answers",
                        random);
        try (SetupFolder folder = SetupFolder.stage(options.folder())) {
            Keys keys = makeKeys(new KeyFiles(folder, random), options.sealed());
            String hash = ServerPassword.hash(breakGlass, random);
            ServerFiles servers = new ServerFiles(folder, options, OneTimePassword.random(random));
            servers.write(
                    "static",
                    AccountNames.CALLOUT,
                    _ -> accounts(options, keys, hash) + authorization(options, keys));
            ServiceFiles service = new ServiceFiles(folder, options);
            service.writeStatic(
                    new ServiceFiles.Logins(
                            "nkey-seed", "keys/callout.nk", "keys/operations.nk", "keys/system.nk"),
                    ISSUER,
                    new KeyFiles(folder, random).make(KeyFiles.ADMIN_REQUESTS, NKeyType.USER));
            people.write(service);
            List<String> summary = Summary.ofStatic(options, folder.target(), ownFiles);
            folder.write("README.txt", Summary.readme(summary));
            folder.publish();
            List<OneTimePassword> passwords = new ArrayList<>(shown);
            passwords.add(breakGlass);
            return new SetupResult(folder.target(), folder.files(), passwords, summary);
        }
    }

    private static Keys makeKeys(KeyFiles files, boolean sealed) throws SetupFailed {
        files.makeClusterSecret();
        return new Keys(
                files.make(ISSUER, NKeyType.ACCOUNT),
                sealed ? Optional.of(files.make("keys/xkey.nk", NKeyType.CURVE)) : Optional.empty(),
                files.make("keys/callout.nk", NKeyType.USER),
                files.make("keys/operations.nk", NKeyType.USER),
                files.make("keys/admin.nk", NKeyType.USER),
                files.make("keys/system.nk", NKeyType.USER));
    }

    private static String accounts(SetupOptions options, Keys keys, String breakGlassHash) {
        StringBuilder text =
                new StringBuilder("\nsystem_account: ")
                        .append(ConfText.quoted(AccountNames.SYSTEM))
                        .append("\n\naccounts {\n");
        text.append(
                """
                  SYS {
                    users: [
                      { nkey: %s, permissions: %s }
                      { user: %s, password: %s }
                    ]
                  }
                  # For the service's callout connections and nothing else: whoever is in it could read passwords.
                  AUTH {
                    users: [
                      { nkey: %s, permissions: %s }
                    ]
                  }
                  COUNTERSIGN {
                    jetstream: enabled
                    users: [
                      { nkey: %s, permissions: %s }
                      { nkey: %s, permissions: %s }
                    ]
                  }
                """
                        .formatted(
                                ConfText.quoted(keys.system().text()),
                                ConfText.permissions(LeastPrivilege.SYSTEM),
                                ConfText.quoted(BREAK_GLASS),
                                ConfText.quoted(breakGlassHash),
                                ConfText.quoted(keys.callout().text()),
                                ConfText.permissions(LeastPrivilege.CALLOUT),
                                ConfText.quoted(keys.operations().text()),
                                ConfText.permissions(LeastPrivilege.OPERATIONS),
                                ConfText.quoted(keys.admin().text()),
                                ConfText.permissions(LeastPrivilege.ADMIN)));
        for (String account : options.accounts()) {
            text.append("  ").append(ConfText.quoted(account)).append(" { jetstream: enabled }\n");
        }
        return text.append("}\n").toString();
    }

    private static String authorization(SetupOptions options, Keys keys) {
        List<String> users = new ArrayList<>();
        for (NKey key : List.of(keys.callout(), keys.operations(), keys.admin(), keys.system())) {
            users.add(key.text());
        }
        users.add(BREAK_GLASS);
        return """

        # A server takes a change of auth_callout only at its next start; a reload would refuse the whole file.
        authorization {
          timeout: %d
          auth_callout {
            issuer: %s
            account: AUTH
        %s\
            # These are never asked about, so that administrators get in when no instance answers.
            auth_users: %s
        %s\
          }
        }
        """
                .formatted(
                        ServerFiles.AUTHORIZATION_TIMEOUT,
                        ConfText.quoted(keys.issuer().text()),
                        xkey(keys),
                        ConfText.list(users),
                        allowedAccounts(options));
    }

    private static String xkey(Keys keys) {
        return keys.xkey()
                .map(xkey -> "    xkey: %s\n".formatted(ConfText.quoted(xkey.text())))
                .orElse("");
    }

    private static String allowedAccounts(SetupOptions options) {
        if (!options.oldestServer().knows(ServerVersion.STATIC_ALLOWED_ACCOUNTS)) {
            return "";
        }
        List<String> asked = new ArrayList<>();
        asked.add(AccountNames.CALLOUT);
        asked.addAll(options.accounts());
        return """
            # Users of other accounts are never asked about. AUTH must be here: otherwise servers let its users publish requests of their own.
            allowed_accounts: %s
        """
                .formatted(ConfText.list(asked));
    }
}
