// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.config.PolicyFile;
import io.countersign.config.Surroundings;
import io.countersign.config.UsersFile;
import io.countersign.identity.CredentialKind;
import io.countersign.protocol.ConnectionType;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code countersign explain}: what would come of a login, without trying it. */
@Command(
        name = "explain",
        description = {
            "Explain what would come of a login: which rule decides, why not the others, and the grant.",
            "Works on the files alone. Groups, attributes and limits of a user in users.yaml are known.",
            "Ends with 0 if the login would be allowed, else with 1."
        })
final class ExplainCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ConfigFileOption config = new ConfigFileOption();

    @Option(names = "--user", required = true, paramLabel = "NAME", description = "Who logs in.")
    private String user = "";

    @Option(
            names = "--source",
            paramLabel = "NAME",
            defaultValue = UsersFile.SOURCE,
            description = "Which authenticator proved it (default: ${DEFAULT-VALUE}).")
    private String source = UsersFile.SOURCE;

    @Option(
            names = "--group",
            paramLabel = "NAME",
            description = "A group, besides those in users.yaml. Can be repeated.")
    private List<String> groups = new ArrayList<>();

    @Option(
            names = "--attribute",
            paramLabel = "KEY=VALUE",
            description =
                    "An attribute, in place of the one in users.yaml. Repeat it for more values.")
    private List<String> attributes = new ArrayList<>();

    @Option(
            names = "--address",
            paramLabel = "IP",
            description = "Where the client connects from. Without it, no network is satisfied.")
    private String address = "";

    @Option(
            names = "--connection",
            paramLabel = "KIND",
            defaultValue = "nats",
            description = "nats, websocket, mqtt or leafnode (default: ${DEFAULT-VALUE}).")
    private String connection = "nats";

    @Option(
            names = "--credential",
            paramLabel = "KIND",
            description = "password, token, nkey or certificate (default: what the user has).")
    private @Nullable String credential;

    @Option(names = "--client-id", paramLabel = "ID", description = "The MQTT client id.")
    private String clientId = "";

    @Option(
            names = "--client-name",
            paramLabel = "NAME",
            description = "What the client calls itself.")
    private String clientName = "";

    @Option(names = "--tls", description = "The client comes over TLS.")
    private boolean tls;

    @Option(names = "--server-name", paramLabel = "NAME", description = "Server that asks.")
    private String serverName = "";

    @Option(names = "--server-cluster", paramLabel = "NAME", description = "Its cluster.")
    private String serverCluster = "";

    @Option(names = "--server-tag", paramLabel = "TAG", description = "A tag. Can be repeated.")
    private List<String> serverTags = new ArrayList<>();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "As if it were this time, like 2026-12-31T00:00:00Z (default: now).")
    private @Nullable Instant at;

    @Option(names = "--json", description = "Write the answer as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        LoginQuestion question = question();
        CheckedFiles files = new CheckedFiles(config.file(), Surroundings.ofProcess());
        CheckReport report = files.readPolicyAndUsers();
        Optional<PolicyFile.Loaded> policy = files.policy();
        if (!report.isGood() || policy.isEmpty()) {
            report.print(spec.commandLine().getErr());
            throw new CommandFailed(
                    ExitCode.USAGE, "Nothing can be explained until the files are good.");
        }
        LoginAnswer answer = question.ask(policy.get().policy(), files.users());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(PrettyJson.write(LoginAnswerJson.of(answer)));
        } else {
            new LoginAnswerText(answer, out).print();
        }
        out.flush();
        return answer.isAllowed() ? ExitCode.DONE : ExitCode.NO;
    }

    private LoginQuestion question() {
        Instant now = at == null ? Clock.systemUTC().instant() : at;
        return new LoginQuestion(
                source,
                user,
                groups,
                attributes(),
                address,
                word("--connection", connection, ConnectionType.values(), ConnectionType::word),
                Optional.ofNullable(credential).map(this::credential),
                clientId,
                clientName,
                tls,
                new LoginQuestion.Server(serverName, serverCluster, serverTags),
                // Sessions end at whole seconds.
                now.truncatedTo(ChronoUnit.SECONDS));
    }

    private CredentialKind credential(String text) {
        CredentialKind[] kinds = {
            CredentialKind.PASSWORD,
            CredentialKind.TOKEN,
            CredentialKind.NKEY,
            CredentialKind.CERTIFICATE
        };
        return word("--credential", text, kinds, CredentialKind::word);
    }

    private static <T> T word(String option, String text, T[] values, Function<T, String> word) {
        return Arrays.stream(values)
                .filter(value -> word.apply(value).equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new CommandFailed(
                                ExitCode.USAGE,
                                "%s: %s (expected: one of %s)"
                                        .formatted(
                                                option,
                                                PlainText.of(text),
                                                String.join(
                                                        ", ",
                                                        Arrays.stream(values)
                                                                .map(word)
                                                                .toList()))));
    }

    private Map<String, List<String>> attributes() {
        Map<String, List<String>> read = new LinkedHashMap<>();
        for (String text : attributes) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new CommandFailed(
                        ExitCode.USAGE,
                        "--attribute: %s (expected: KEY=VALUE)".formatted(PlainText.of(text)));
            }
            read.computeIfAbsent(text.substring(0, equals), _ -> new ArrayList<>())
                    .add(text.substring(equals + 1));
        }
        return read;
    }
}
