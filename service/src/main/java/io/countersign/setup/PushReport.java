// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.NKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of pushed accounts, server by server.
 *
 * @param accounts in the order in which they were pushed
 * @param missing servers that ought to be there and are not, a line for each thing to know
 */
public record PushReport(List<Account> accounts, List<String> missing) {
    public PushReport {
        accounts = List.copyOf(accounts);
        missing = List.copyOf(missing);
    }

    /** One account. */
    public record Account(String name, NKey id, Path file, List<Result> servers) {
        public Account {
            servers = List.copyOf(servers);
        }
    }

    /** What one server did with one account. */
    public sealed interface Result {
        /** Name of the server. */
        String server();

        /** It has it now. */
        record Stored(String server) implements Result {}

        /** It did not take it, and said why. */
        record Refused(String server, String why) implements Result {}

        /** It said nothing; the likely reason. */
        record Silent(String server, String why) implements Result {}
    }

    /** True if a server refused one. */
    public boolean isRefused() {
        return results().stream().anyMatch(Result.Refused.class::isInstance);
    }

    /** True if a server that ought to be there has not answered. */
    public boolean isIncomplete() {
        return !missing.isEmpty() || results().stream().anyMatch(Result.Silent.class::isInstance);
    }

    private List<Result> results() {
        return accounts.stream().flatMap(account -> account.servers().stream()).toList();
    }

    /** For a person, a line for each thing to know. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Account account : accounts) {
            lines.add("account " + account.name() + " (" + account.file() + ")");
            for (Result result : account.servers()) {
                lines.add("  " + result.server() + ": " + text(result));
            }
        }
        lines.addAll(missing);
        return List.copyOf(lines);
    }

    private static String text(Result result) {
        return switch (result) {
            case Result.Stored _ -> "stored";
            case Result.Refused(_, var why) -> "refused: " + why;
            case Result.Silent(_, var why) -> why;
        };
    }
}
