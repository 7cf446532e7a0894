// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.crypto.Ed25519;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code countersign version}: build, Java, and which implementation signs. */
@Command(
        name = "version",
        description = "Show the version, the Java runtime, and which implementation signs.")
final class VersionCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.println("countersign " + Build.version());
        out.println("java        " + Runtime.version());
        out.println("ed25519     " + Ed25519.best().providerName());
        out.flush();
        return ExitCode.DONE;
    }
}
