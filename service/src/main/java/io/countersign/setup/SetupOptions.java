// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What somebody who sets up can choose, in both modes. Start with {@link #in} and change what
 * should differ.
 *
 * @param folder new, or empty
 * @param cluster name of the Countersign cluster and of the NATS one
 * @param accounts names of the application accounts, the first of which the sample policy uses
 * @param servers the NATS servers
 * @param oldestServer nothing is written that this version does not know
 * @param exampleUser name of the user in the sample {@code users.yaml}
 * @param sealed requests and answers go in boxes; without, passwords travel readable for everybody
 *     in the callout account
 */
public record SetupOptions(
        Path folder,
        String cluster,
        List<String> accounts,
        ServerPlan servers,
        ServerVersion oldestServer,
        String exampleUser,
        boolean sealed) {
    private static final Pattern CLUSTER = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9@._-]{0,62}");

    public SetupOptions {
        accounts = List.copyOf(accounts);
    }

    /**
     * One server on 127.0.0.1:4222, one account {@code APP}, an example user {@code alice}, and
     * nothing that a 2.10 server does not know.
     */
    public static SetupOptions in(Path folder) {
        return new SetupOptions(
                folder,
                "countersign",
                List.of("APP"),
                ServerPlan.counted("127.0.0.1", 1, 4222),
                ServerVersion.OLDEST,
                "alice",
                true);
    }

    public SetupOptions withCluster(String name) {
        return new SetupOptions(folder, name, accounts, servers, oldestServer, exampleUser, sealed);
    }

    public SetupOptions withAccounts(List<String> names) {
        return new SetupOptions(folder, cluster, names, servers, oldestServer, exampleUser, sealed);
    }

    public SetupOptions withServers(ServerPlan plan) {
        return new SetupOptions(folder, cluster, accounts, plan, oldestServer, exampleUser, sealed);
    }

    public SetupOptions withOldestServer(ServerVersion version) {
        return new SetupOptions(folder, cluster, accounts, servers, version, exampleUser, sealed);
    }

    public SetupOptions withExampleUser(String name) {
        return new SetupOptions(folder, cluster, accounts, servers, oldestServer, name, sealed);
    }

    /** Without xkeys: requests are then readable for everybody in the callout account. */
    public SetupOptions withoutXkey() {
        return new SetupOptions(
                folder, cluster, accounts, servers, oldestServer, exampleUser, false);
    }

    /**
     * @throws SetupFailed with everything that cannot be made
     */
    void check() throws SetupFailed {
        List<String> problems = new ArrayList<>(servers.problems());
        if (!CLUSTER.matcher(cluster).matches()) {
            problems.add(
                    "cluster: " + cluster + " (expected: 1 to 32 of a-z, 0-9 and -, not - first)");
        }
        if (!USER.matcher(exampleUser).matches()) {
            problems.add("user: " + exampleUser + " (expected: letters, digits, @ . _ and -)");
        }
        if (accounts.isEmpty()) {
            problems.add("accounts: none (expected: at least one for the applications)");
        }
        // Without regard to case, because the names become names of files.
        Set<String> taken = new HashSet<>(AccountNames.LOWER_CASE);
        for (String account : accounts) {
            if (!isAccountName(account)) {
                problems.add("account: " + account + " (expected: letters, digits, _ and -)");
            } else if (!taken.add(account.toLowerCase(Locale.ROOT))) {
                problems.add(
                        "account: "
                                + account
                                + " (expected: names that differ, none of "
                                + AccountNames.ALL
                                + ")");
            }
        }
        if (!problems.isEmpty()) {
            throw new SetupFailed(problems);
        }
    }

    /** Names that can be names of files too. */
    static boolean isAccountName(String name) {
        return ACCOUNT.matcher(name).matches();
    }
}
