// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.protocol.Permissions;
import io.countersign.protocol.SubjectPermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands that make with nsc what {@link OperatorSetup} makes by itself, for those who keep
 * their keys there. Lines for a POSIX shell; nothing is run.
 */
public final class NscCommands {
    private static final String JET_STREAM =
            " --js-mem-storage -1 --js-disk-storage -1 --js-streams -1 --js-consumer -1";

    private final SetupOptions options;
    private final List<String> lines = new ArrayList<>();

    private NscCommands(SetupOptions options) {
        this.options = options;
    }

    /**
     * The script, from an empty nsc store to {@code setup operator --use-keys}.
     *
     * @throws SetupFailed if the options cannot be met
     */
    public static List<String> of(SetupOptions options) throws SetupFailed {
        options.check();
        NscCommands commands = new NscCommands(options);
        commands.operator();
        commands.accounts();
        commands.callout();
        commands.next();
        return List.copyOf(commands.lines);
    }

    private void operator() {
        lines.add("set -eu");
        lines.add("umask 077");
        lines.add("nsc add operator --generate-signing-key --sys --name " + options.cluster());
        lines.add(
                "nsc edit operator --require-signing-keys --account-jwt-server-url "
                        + quoted(options.servers().urls().getFirst()));
        lines.add("nsc edit account --name SYS --sk generate");
        user(AccountNames.SYSTEM, "system", LeastPrivilege.SYSTEM);
    }

    private void accounts() {
        account(AccountNames.OPERATIONS);
        lines.add("nsc edit account --name COUNTERSIGN --sk generate" + JET_STREAM);
        user(AccountNames.OPERATIONS, "operations", LeastPrivilege.OPERATIONS);
        user(AccountNames.OPERATIONS, "admin", LeastPrivilege.ADMIN);
        for (String name : options.accounts()) {
            account(name);
            lines.add("nsc edit account --name " + name + " --sk generate" + JET_STREAM);
        }
    }

    private void callout() {
        account(AccountNames.CALLOUT);
        lines.add("nsc edit account --name AUTH --sk generate --deny-pubsub '>'");
        user(AccountNames.CALLOUT, "callout", LeastPrivilege.CALLOUT);
        lines.add("nsc add user --account AUTH --name sentinel --bearer --deny-pubsub '>'");
        if (options.sealed()) {
            xkey();
        }
        lines.add("sub() { nsc describe \"$@\" --field sub | tr -d '\"'; }");
        StringBuilder edit =
                new StringBuilder("nsc edit authcallout --account AUTH")
                        .append(" --auth-user \"$(sub user --account AUTH --name callout)\"");
        for (String name : options.accounts()) {
            edit.append(" --allowed-account \"$(sub account --name ").append(name).append(")\"");
        }
        lines.add(edit.append(options.sealed() ? " --curve \"$XKEY\"" : "").toString());
    }

    private void xkey() {
        lines.add(
                "# Prints the seed (SX…) and the public key (X…); some versions to standard error.");
        lines.add("nsc generate nkey --curve > xkey.txt 2>&1");
        lines.add("grep -E '^SX' xkey.txt > xkey.nk");
        lines.add("XKEY=$(grep -E '^X' xkey.txt)");
        lines.add("rm xkey.txt");
    }

    /** The JWTs leave nsc as files, because where its store is depends on its version. */
    private void next() {
        lines.add("nsc describe operator --raw --output-file operator.jwt");
        List<String> all = new ArrayList<>(AccountNames.ALL);
        all.addAll(options.accounts());
        StringBuilder setup =
                new StringBuilder("countersign setup operator --folder ")
                        .append(quoted(options.folder().toString()))
                        .append(" --use-keys ~/.local/share/nats/nsc/keys")
                        .append(" --operator-jwt operator.jwt")
                        .append(options.sealed() ? " --xkey xkey.nk" : " --no-xkey");
        for (String name : all) {
            lines.add(
                    "nsc describe account --name "
                            + name
                            + " --raw --output-file "
                            + name
                            + ".jwt");
            setup.append(" --account-jwt ").append(name).append(".jwt");
        }
        lines.add(setup.toString());
    }

    private void account(String name) {
        lines.add("nsc add account --name " + name);
    }

    private void user(String account, String name, Permissions permissions) {
        lines.add(
                "nsc add user --account %s --name %s%s%s"
                        .formatted(
                                account,
                                name,
                                side("pub", permissions.publish()),
                                side("sub", permissions.subscribe())));
    }

    private static String side(String flag, SubjectPermissions side) {
        return " --allow-" + flag + " " + quoted(String.join(",", side.allow()));
    }

    /** For a shell, to which {@code $} and {@code >} mean something. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
