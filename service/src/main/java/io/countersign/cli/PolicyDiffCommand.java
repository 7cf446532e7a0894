// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.config.UsersFile;
import io.countersign.identity.users.User;
import io.countersign.policy.Policy;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign policy diff}: who would gain, lose or change under another policy? */
@Command(
        name = "diff",
        description = {
            "Compare two policies by what they make of logins: cases, or recorded decisions.",
            "Lists who would gain, lose or change. Ends with 0 if nobody would, else with 1."
        })
final class PolicyDiffCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ConfigFileOption config = new ConfigFileOption();

    @Parameters(index = "0", paramLabel = "OLD", description = "The policy in force.")
    private Path old = Path.of("policy.yaml");

    @Parameters(index = "1", paramLabel = "NEW", description = "The policy to compare it with.")
    private Path changed = Path.of("policy.yaml");

    @Option(
            names = "--cases",
            paramLabel = "FILE",
            description = "Logins of a file of cases. Can be repeated.")
    private List<Path> cases = new ArrayList<>();

    @Option(
            names = "--entries",
            paramLabel = "FILE",
            description = "Recorded decisions, as audit export --format jsonl writes them.")
    private @Nullable Path entries;

    @Option(names = "--json", description = "Write the changes as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        if (cases.isEmpty() && entries == null) {
            throw new ParameterException(
                    spec.commandLine(), "Name logins to compare by: --cases or --entries.");
        }
        PolicyInput input = new PolicyInput(config.file());
        Optional<Policy> before = input.policy(old);
        Optional<Policy> after = input.policy(changed);
        List<User> users = input.users();
        Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
        List<LoginQuestion> logins = logins(input, now);
        input.check(spec.commandLine().getErr());
        List<PolicyChange> changes =
                logins.stream()
                        .map(it ->
                                PolicyChange.between(
                                        it,
                                        it.ask(before.orElseThrow(), users).decision(),
                                        it.ask(after.orElseThrow(), users).decision()))
                        .toList();
        long foreign = logins.stream().filter(it -> entries != null && isForeign(it)).count();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(PrettyJson.write(json(changes, foreign)));
        } else {
            print(changes, foreign, out);
        }
        out.flush();
        return count(changes, PolicyChange.Kind.SAME) == changes.size()
                ? ExitCode.DONE
                : ExitCode.NO;
    }

    private List<LoginQuestion> logins(PolicyInput input, Instant now) {
        List<LoginQuestion> logins = new ArrayList<>();
        cases.forEach(file ->
                input.cases(file).forEach(it -> logins.add(LoginQuestion.of(it.given(), now))));
        if (entries != null) {
            logins.addAll(LoggedLogins.read(entries, now));
        }
        return logins;
    }

    /** Entries do not hold groups and attributes; only those of users.yaml can be looked up. */
    private static boolean isForeign(LoginQuestion login) {
        return !login.source().equals(UsersFile.SOURCE);
    }

    private static long count(List<PolicyChange> changes, PolicyChange.Kind kind) {
        return changes.stream().filter(it -> it.kind() == kind).count();
    }

    private static void print(List<PolicyChange> changes, long foreign, PrintWriter out) {
        for (PolicyChange change : changes) {
            if (change.kind() != PolicyChange.Kind.SAME) {
                out.println("%-8s%s".formatted(word(change.kind()), PlainText.of(change.who())));
                change.details().forEach(it -> out.println("          " + PlainText.of(it)));
            }
        }
        out.println(
                "%s compared: %d gain, %d lose, %d change."
                        .formatted(
                                CheckReport.counted(changes.size(), "login"),
                                count(changes, PolicyChange.Kind.GAINS),
                                count(changes, PolicyChange.Kind.LOSES),
                                count(changes, PolicyChange.Kind.CHANGES)));
        if (foreign > 0) {
            out.println(
                    foreign
                            + " of them are not of users.yaml: they were judged without groups and"
                            + " attributes, which entries do not hold. Write cases for them.");
        }
    }

    private static String word(PolicyChange.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static JsonNode json(List<PolicyChange> changes, long foreign) {
        ObjectNode json = PrettyJson.object();
        Arrays.stream(PolicyChange.Kind.values())
                .forEach(kind -> json.put(word(kind), count(changes, kind)));
        json.put("judged-without-groups", foreign);
        json.set(
                "changes",
                PrettyJson.array(
                        changes.stream().filter(it -> it.kind() != PolicyChange.Kind.SAME).toList(),
                        it -> {
                            ObjectNode node = PrettyJson.object();
                            node.put("login", it.who()).put("kind", word(it.kind()));
                            node.set("details", PrettyJson.texts(it.details()));
                            return node;
                        }));
        return json;
    }
}
