// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * A part of the demo: somebody guesses at one name, at each server in turn so that all instances
 * are asked, and is locked out as if there were one; the right password does not help then, until
 * an administrator unlocks the name. With the throttles that hold where nothing is configured.
 */
final class DemoGuesser {
    static final String USER = "bob";
    static final String PASSWORD = "password-of-bob";

    /** What the default rule allows, and the tenth more that is promised for a whole cluster. */
    private static final int MOST_TOLD = 11;

    private static final int MOST_GUESSES = 30;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Pattern TOLD = Pattern.compile("returned an error: bad-credential ");
    private static final Pattern LOCKED = Pattern.compile("returned an error: locked-out ");

    private final PrintStream out;
    private final Deployment system;
    private final Login login;
    private int broken;

    /** Whether somebody gets in. */
    @FunctionalInterface
    interface Login {
        boolean isIn(NatsServer server, String user, String password)
                throws IOException, InterruptedException;
    }

    DemoGuesser(PrintStream out, Deployment system, Login login) {
        this.out = out;
        this.system = system;
        this.login = login;
    }

    /** How many promises were broken. */
    int show() throws IOException, InterruptedException {
        out.println("\nSomebody guesses the password of bob, at each server in turn …");
        long toldBefore = told();
        for (int i = 0; i < MOST_GUESSES && logged(LOCKED) == 0; i++) {
            long answers = told() + logged(LOCKED);
            NatsServer server = system.servers().get(i % system.servers().size());
            login.isIn(server, USER, "guess-" + i);
            isLogged(() -> told() + logged(LOCKED) > answers);
        }
        long told = told() - toldBefore;
        say(
                "guesses before bob is locked out",
                String.valueOf(told),
                told <= MOST_TOLD && logged(LOCKED) > 0);
        for (NatsServer server : system.servers()) {
            long before = logged(LOCKED);
            boolean isIn = login.isIn(server, USER, PASSWORD);
            boolean isLocked = !isIn && isLogged(() -> logged(LOCKED) > before);
            say(
                    "bob, right password, on :" + server.port(),
                    isIn ? "allowed" : isLocked ? "refused   locked-out" : "refused",
                    isLocked);
        }
        String said =
                DemoCommand.run(system, "unlock", "--user", USER, "--reason", "it was a demo");
        say("countersign unlock --user bob", said.strip(), said.contains("unlocked "));
        for (NatsServer server : system.servers()) {
            boolean isIn = login.isIn(server, USER, PASSWORD);
            say("bob, unlocked, on :" + server.port(), isIn ? "allowed" : "refused", isIn);
        }
        return broken;
    }

    private void say(String title, String seen, boolean isGood) {
        out.printf("  %-38s %s%s%n", title, seen, isGood ? "" : "   ← NOT as promised");
        broken += isGood ? 0 : 1;
    }

    /** False if it is not: who gets no answer is not told anything. */
    private static boolean isLogged(BooleanSupplier line) {
        try {
            Wait.until("a line in a server's log", PATIENCE, line);
            return true;
        } catch (AssertionError _) {
            return false;
        }
    }

    private long told() {
        return logged(TOLD);
    }

    private long logged(Pattern line) {
        return system.servers().stream()
                .mapToLong(server -> line.matcher(server.log()).results().count())
                .sum();
    }
}
