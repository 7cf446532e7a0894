// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What a command did when it ran in this process. */
public record CommandRun(int exitCode, String out, String err) {
    /** With these arguments. */
    public static CommandRun of(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine(args);
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return new CommandRun(command.execute(args), out.toString(), err.toString());
    }

    static CommandRun withInput(byte[] input, String... args) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input));
        try {
            return of(args);
        } finally {
            System.setIn(before);
        }
    }
}
