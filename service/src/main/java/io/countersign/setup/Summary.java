// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What was made and what to do next, in words: for the terminal and for {@code README.txt}. Holds
 * no secret.
 */
final class Summary {
    private final SetupOptions options;
    private final Path folder;
    private final List<String> lines = new ArrayList<>();

    private Summary(SetupOptions options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    static List<String> ofOperator(
            SetupOptions options, Path folder, Operator operator, boolean withOfflineKeys) {
        Summary summary = new Summary(options, folder);
        summary.title("operator mode: accounts are JWTs in the servers' resolver");
        summary.accounts(operator.system().name(), operator.callout().name());
        summary.file("operator.jwt, accounts/", "the operator and its accounts, as JWTs");
        summary.file("creds/callout.creds", "the service: takes requests");
        summary.file("creds/operations.creds", "the service: audit stream, admin requests");
        summary.file("creds/system.creds", "the service: knows servers, cuts sessions off");
        summary.file("creds/admin.creds", "you: admin requests in the account COUNTERSIGN");
        summary.file("creds/sentinel.creds", "clients: says only that they want to be asked about");
        summary.file(
                "keys/",
                "the service: signing keys of accounts" + (options.sealed() ? ", xkey" : ""));
        if (withOfflineKeys) {
            summary.file("keys/offline/", "the operator's and all accounts' own keys");
        }
        summary.ownFiles(samples(options.exampleUser()));
        summary.steps(operatorSteps(options, summary.folder, withOfflineKeys));
        return List.copyOf(summary.lines);
    }

    /**
     * @param ownFiles what {@code policy.yaml} and {@code users.yaml} are
     */
    static List<String> ofStatic(SetupOptions options, Path folder, String ownFiles) {
        Summary summary = new Summary(options, folder);
        summary.title("static mode: accounts are in the servers' configuration");
        summary.accounts(AccountNames.SYSTEM, AccountNames.CALLOUT);
        summary.file("keys/issuer.nk", "the service: signs its answers");
        if (options.sealed()) {
            summary.file("keys/xkey.nk", "the service: opens requests, seals answers");
        }
        summary.file("keys/callout.nk", "the service: takes requests");
        summary.file("keys/operations.nk", "the service: audit stream, admin requests");
        summary.file("keys/system.nk", "the service: knows servers, cuts sessions off");
        summary.file("keys/admin.nk", "you: admin requests in the account COUNTERSIGN");
        summary.ownFiles(ownFiles);
        summary.steps(
                List.of(
                        "Keep the password of the user break-glass where you find it when nothing"
                                + " works: it gets into the system account without the service.",
                        "Keys of auth_callout change with a restart of the servers, one after the"
                                + " other, never with a reload."));
        return List.copyOf(summary.lines);
    }

    /** The content of {@code README.txt}. */
    static String readme(List<String> summary) {
        return String.join("\n", summary) + "\n";
    }

    private void title(String mode) {
        lines.add("Countersign cluster \"" + options.cluster() + "\", " + mode + ".");
        lines.add("Folder: " + folder);
        lines.add("For nats-server " + options.oldestServer() + " and newer.");
        if (!options.sealed()) {
            lines.add(
                    "Warning: without an xkey requests are not sealed: whoever gets into the callout"
                            + " account reads passwords.");
        }
        lines.add("");
    }

    private void accounts(String system, String callout) {
        lines.add("Accounts");
        row(system, "the servers' own");
        row(callout, "the callout account: the service, nobody else");
        row("COUNTERSIGN", "operations: audit stream, admin requests, administrators");
        for (String account : options.accounts()) {
            row(account, "applications");
        }
        lines.add("");
        lines.add("Files (folders have mode 700, files 600)");
    }

    static String samples(String exampleUser) {
        return "samples that let the user " + exampleUser + " in";
    }

    private void ownFiles(String policyAndUsers) {
        file("keys/cluster.secret", "the service: what the instances share");
        file(KeyFiles.ADMIN_REQUESTS, "you: signs what you ask of the instances, such as revoke");
        file("servers/", "a configuration file for each NATS server; holds the password of routes");
        file("countersign.yaml", "the service: its settings");
        file("policy.yaml, users.yaml", policyAndUsers);
    }

    private void file(String name, String purpose) {
        row(name, purpose);
    }

    private void row(String name, String text) {
        lines.add("  %-26s %s".formatted(name, text));
    }

    private void steps(List<String> ofMode) {
        lines.add("");
        lines.add("What to do next");
        List<String> steps = new ArrayList<>();
        for (ServerPlan.Server server : options.servers().servers()) {
            Path file = folder.resolve("servers").resolve(server.name() + ".conf");
            steps.add("nats-server -c " + file);
        }
        steps.add("countersign check --config " + folder.resolve("countersign.yaml"));
        steps.add("countersign serve --config " + folder.resolve("countersign.yaml"));
        steps.addAll(ofMode);
        steps.add(
                "Servers and service may run as different users on different machines: give each"
                        + " its own files and no others. Paths in servers/*.conf are absolute.");
        steps.add("Put TLS on the servers before they listen beyond loopback.");
        for (int i = 0; i < steps.size(); i++) {
            lines.add("  %2d. %s".formatted(i + 1, steps.get(i)));
        }
    }

    private static List<String> operatorSteps(
            SetupOptions options, Path folder, boolean withOfflineKeys) {
        List<String> steps = new ArrayList<>();
        if (options.oldestServer().knows(ServerVersion.DEFAULT_SENTINEL)) {
            steps.add(
                    "Clients log in with user and password, token or nkey; they need no sentinel.");
        } else {
            steps.add(
                    "Clients log in with creds/sentinel.creds beside their user and password or"
                            + " token: servers before 2.11.2 have no default_sentinel. Once all are"
                            + " newer, --oldest-server 2.11.2 writes one.");
        }
        if (withOfflineKeys) {
            steps.add(
                    "Move keys/offline/ to a safe place away from servers and service. Only account"
                            + " changes (countersign setup push) need operator.signing.nk.");
        }
        steps.add(
                "Account JWTs reach running servers with: countersign setup push "
                        + folder.resolve("accounts"));
        steps.add(
                "When no instance answers, creds/system.creds and creds/admin.creds still get in.");
        return steps;
    }
}
