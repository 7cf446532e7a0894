// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.config.PolicyCase;
import io.countersign.identity.users.User;
import io.countersign.policy.Policy;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign policy test}: does the policy do what its author says that it does? */
@Command(
        name = "test",
        description = {
            "Try logins against the policy and compare what comes with what is wanted.",
            "Works on the files alone. Ends with 0 if every case passes, with 1 if one fails."
        })
final class PolicyTestCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ConfigFileOption config = new ConfigFileOption();

    @Parameters(
            paramLabel = "CASES",
            arity = "1..*",
            description = "Files of cases, like cases.yaml.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Try this policy (default: the one that the configuration names).")
    private @Nullable Path policy;

    @Option(
            names = {"-v", "--verbose"},
            description = "Name the cases that pass, too.")
    private boolean verbose;

    @Option(names = "--json", description = "Write the verdicts as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        PolicyInput input = new PolicyInput(config.file());
        Optional<Policy> tested = policy == null ? input.policy() : input.policy(policy);
        List<User> users = input.users();
        Map<Path, List<PolicyCase>> cases = new LinkedHashMap<>();
        files.forEach(file -> cases.put(file, input.cases(file)));
        input.check(spec.commandLine().getErr());
        Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
        Map<Path, List<CaseVerdict>> verdicts = new LinkedHashMap<>();
        cases.forEach((file, list) ->
                verdicts.put(
                        file,
                        list.stream()
                                .map(it -> verdict(it, tested.orElseThrow(), users, now))
                                .toList()));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(PrettyJson.write(json(verdicts)));
        } else {
            print(verdicts, out);
        }
        out.flush();
        return failed(verdicts) == 0 ? ExitCode.DONE : ExitCode.NO;
    }

    private static CaseVerdict verdict(
            PolicyCase it, Policy policy, List<User> users, Instant now) {
        return CaseVerdict.of(it, LoginQuestion.of(it.given(), now).ask(policy, users));
    }

    private static long failed(Map<Path, List<CaseVerdict>> verdicts) {
        return verdicts.values().stream()
                .flatMap(List::stream)
                .filter(it -> !it.isPassed())
                .count();
    }

    private void print(Map<Path, List<CaseVerdict>> verdicts, PrintWriter out) {
        verdicts.forEach((file, list) -> list.forEach(it -> print(file, it, out)));
        long all = verdicts.values().stream().mapToLong(List::size).sum();
        long failed = failed(verdicts);
        out.println(
                CheckReport.counted(all, "case")
                        + (failed == 0
                                ? ", all as wanted."
                                : ", %d not as wanted.".formatted(failed)));
    }

    private void print(Path file, CaseVerdict verdict, PrintWriter out) {
        if (verdict.isPassed() && !verbose) {
            return;
        }
        out.println(
                "%s:%d: %s: %s"
                        .formatted(
                                file.getFileName(),
                                verdict.about().line(),
                                PlainText.of(verdict.about().note()),
                                verdict.isPassed() ? "passed" : "FAILED"));
        verdict.differences().forEach(it -> out.println("    " + PlainText.of(it)));
    }

    private static JsonNode json(Map<Path, List<CaseVerdict>> verdicts) {
        ObjectNode json = PrettyJson.object();
        json.put("ok", failed(verdicts) == 0);
        List<JsonNode> nodes = new ArrayList<>();
        verdicts.forEach((file, list) ->
                list.forEach(it -> {
                    ObjectNode node = PrettyJson.object();
                    node.put("file", file.toString());
                    node.put("line", it.about().line());
                    node.put("note", it.about().note());
                    node.put("passed", it.isPassed());
                    node.set("differences", PrettyJson.texts(it.differences()));
                    nodes.add(node);
                }));
        json.set("cases", PrettyJson.array(nodes, it -> it));
        return json;
    }
}
