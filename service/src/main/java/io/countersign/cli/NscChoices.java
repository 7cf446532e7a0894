// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.setup.NscFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code setup operator} for those who keep their keys in nsc. */
final class NscChoices {
    @Option(
            names = "--print-nsc",
            description = {
                "Make nothing: print the nsc commands that make the same, and the command that",
                "takes their result."
            })
    private boolean print;

    @Option(
            names = "--use-keys",
            paramLabel = "DIR",
            description = {
                "Keys and credentials come from nsc's keystore (~/.local/share/nats/nsc/keys), and",
                "none are made. With --operator-jwt and --account-jwt."
            })
    private @Nullable Path keystore;

    @Option(
            names = "--operator-jwt",
            paramLabel = "FILE",
            description = "The operator's JWT (nsc describe operator --raw).")
    private @Nullable Path operatorJwt;

    @Option(
            names = "--account-jwt",
            paramLabel = "FILE",
            description = {
                "An account's JWT; once for each: the system account, the callout account,",
                "COUNTERSIGN, and those of applications."
            })
    private List<Path> accountJwts = new ArrayList<>();

    @Option(
            names = "--xkey",
            paramLabel = "FILE",
            description = "The callout account's curve seed, if it is not in the keystore.")
    private @Nullable Path xkey;

    boolean print() {
        return print;
    }

    /** Where nsc's files are; nothing if keys are to be made. */
    Optional<NscFiles> files() {
        Path store = keystore;
        Path operator = operatorJwt;
        if (store == null) {
            if (operator != null || !accountJwts.isEmpty() || xkey != null) {
                throw wrong("--operator-jwt, --account-jwt, --xkey: go with --use-keys only");
            }
            return Optional.empty();
        }
        if (print) {
            throw wrong("--print-nsc and --use-keys: one of them");
        }
        if (operator == null || accountJwts.isEmpty()) {
            throw wrong("--use-keys: needs --operator-jwt, and --account-jwt for each account");
        }
        return Optional.of(new NscFiles(store, operator, accountJwts, Optional.ofNullable(xkey)));
    }

    private static CommandFailed wrong(String message) {
        return new CommandFailed(ExitCode.USAGE, message);
    }
}
