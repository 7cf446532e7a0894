// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.NKey;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The files that the service starts with: {@code countersign.yaml}, and a sample {@code
 * policy.yaml} and {@code users.yaml} that let one user in.
 */
final class ServiceFiles {
    private static final String SEALED = "  xkeys: [keys/xkey.nk]\n";
    private static final String CLEAR =
            """
              # Passwords travel readable for everybody in the callout account.
              sealed: false
            """;

    private final SetupFolder folder;
    private final SetupOptions options;

    /**
     * An application account in operator mode.
     *
     * @param signingKey path of its seed below the folder
     */
    record Account(String name, NKey id, String signingKey) {}

    /**
     * Secrets of the service that differ between the modes, paths below the folder.
     *
     * @param kind key of the configuration: {@code credentials} or {@code nkey-seed}
     */
    record Logins(String kind, String callout, String operations, String system) {}

    ServiceFiles(SetupFolder folder, SetupOptions options) {
        this.folder = folder;
        this.options = options;
    }

    void writeOperator(
            Logins logins, String issuer, NKey calloutAccount, List<Account> accounts, NKey admin)
            throws SetupFailed {
        String known = accounts.stream().map(ServiceFiles::account).collect(Collectors.joining());
        folder.write(
                "countersign.yaml",
                head("operator", logins)
                        + keys(issuer)
                        + "  callout-account: "
                        + calloutAccount.text()
                        + "\n\naccounts:\n"
                        + known
                        + tail(admin));
    }

    void writeStatic(Logins logins, String issuer, NKey admin) throws SetupFailed {
        String known =
                options.accounts().stream()
                        .map(name -> "  %s: {}\n".formatted(quoted(name)))
                        .collect(Collectors.joining());
        folder.write(
                "countersign.yaml",
                head("static", logins)
                        + keys(issuer)
                        + "  callout-account: "
                        + AccountNames.CALLOUT
                        + "\n\naccounts:\n"
                        + known
                        + tail(admin));
    }

    private String head(String mode, Logins logins) {
        String servers =
                options.servers().urls().stream()
                        .map(url -> "    - %s\n".formatted(quoted(url)))
                        .collect(Collectors.joining());
        return """
        # Settings of one Countersign instance. Relative paths start at the folder of this file.
        # Every instance of the cluster may start with this file; each needs an audit folder of its own.
        cluster: %s
        mode: %s

        nats:
          servers:
        %s\
          callout: { %s }
          operations: { %s }
          system: { %s }
        """
                .formatted(
                        options.cluster(),
                        mode,
                        servers,
                        logins.kind() + ": " + logins.callout(),
                        logins.kind() + ": " + logins.operations(),
                        logins.kind() + ": " + logins.system());
    }

    private String keys(String issuer) {
        return """

        keys:
        %s\
          issuers: [%s]
          cluster-secret: keys/cluster.secret
        """
                .formatted(options.sealed() ? SEALED : CLEAR, issuer);
    }

    private static String account(Account account) {
        return """
          %s:
            id: %s
            signing-keys: [%s]
        """
                .formatted(quoted(account.name()), account.id().text(), account.signingKey());
    }

    private static String tail(NKey admin) {
        return """

        policy: policy.yaml
        users: users.yaml

        # Who may revoke, kick and ask. The seed is in %s: move it to the administrator's own machine.
        admins:
          - name: admin
            key: %s
            role: operate
        """
                .formatted(KeyFiles.ADMIN_REQUESTS, admin.text());
    }

    /**
     * @param passwordHash of the example user, in a form that the service reads
     */
    void writeSamples(String passwordHash) throws SetupFailed {
        folder.write("users.yaml", users(passwordHash));
        folder.write("policy.yaml", policy());
    }

    void writeImported(ImportedFiles imported) throws SetupFailed {
        folder.write("users.yaml", imported.users());
        folder.write("policy.yaml", imported.policy());
        folder.write("IMPORT.txt", Summary.readme(imported.report()));
    }

    private String users(String passwordHash) {
        return """
        # Users that the service itself can recognise. Make hashes with: countersign hash-password
        version: 1
        users:
          - name: %s
            password: %s
            groups: [app]
        """
                .formatted(quoted(options.exampleUser()), quoted(passwordHash));
    }

    private String policy() {
        return """
        # Who is placed where, with which permissions. The first rule that matches decides; without one the client is refused.
        version: 1

        roles:
          app:
            publish: { allow: ["app.>"] }
            subscribe: { allow: ["app.>", "_INBOX.>"] }

        rules:
          - id: app-users
            when:
              source: users
              groups: app
            grant:
              account: %s
              roles: [app]
              allow-responses: true
              expires: 1h
        """
                .formatted(quoted(options.accounts().getFirst()));
    }

    /** Always quoted, so that no name is taken for a number, a truth value or nothing. */
    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
