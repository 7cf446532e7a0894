// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.BadEntry;
import io.countersign.audit.Kind;
import io.countersign.audit.TrailRefused;
import io.countersign.config.PolicyFile;
import io.countersign.config.Surroundings;
import io.countersign.config.UsersFile;
import io.countersign.identity.CredentialKind;
import io.countersign.nats.relay.StreamLink;
import io.countersign.nats.relay.StreamUnreadable;
import io.countersign.protocol.ConnectionType;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
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
            "With --entry: what was decided, and what would come of the same login today.",
            "Ends with 0 if the login would be allowed, else with 1."
        })
final class ExplainCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ConfigFileOption config = new ConfigFileOption();

    @ArgGroup(exclusive = true, multiplicity = "1")
    private About about = new About();

    /** A login that could be, or one that was. */
    static final class About {
        @Option(names = "--user", paramLabel = "NAME", description = "Who logs in.")
        private @Nullable String user;

        @Option(
                names = "--entry",
                paramLabel = "ID",
                description =
                        "Id of an audit entry, as in the server's log: found in the audit stream.")
        private @Nullable UUID entry;
    }

    @Option(
            names = "--trail",
            paramLabel = "FOLDER",
            description = "Look for the entry in this instance's trail instead.")
    private @Nullable Path trail;

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
    public Integer call() throws IOException, InterruptedException {
        if (about.entry != null) {
            return explain(about.entry);
        }
        return explain(question());
    }

    private int explain(UUID id) throws IOException, InterruptedException {
        EntryLookup found =
                find(id).orElseThrow(() ->
                        new CommandFailed(
                                ExitCode.NO,
                                "no entry %s %s"
                                        .formatted(
                                                id,
                                                trail == null
                                                        ? "in the audit stream"
                                                        : "in " + trail)));
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            new EntryStory(found, out).print();
            out.println();
        }
        if (found.entry().kind() != Kind.DECISION || found.entry().principal().isEmpty()) {
            if (json) {
                out.println(new String(found.entry().encoded(), StandardCharsets.US_ASCII));
            } else {
                out.println("Nobody was proven, so there is no login to try again.");
            }
            out.flush();
            return ExitCode.NO;
        }
        if (!json) {
            out.println("The same login today:");
            out.println();
        }
        Instant now = at == null ? Clock.systemUTC().instant() : at;
        return explain(LoggedLogins.question(found.entry(), now.truncatedTo(ChronoUnit.SECONDS)));
    }

    private Optional<EntryLookup> find(UUID id) throws IOException, InterruptedException {
        try {
            if (trail != null) {
                return EntryLookup.inTrail(trail, id);
            }
            try (StreamLink link = StreamOption.connect(config.file())) {
                return EntryLookup.inStream(link, id);
            }
        } catch (TrailRefused | StreamUnreadable | BadEntry e) {
            throw new CommandFailed(ExitCode.COULD_NOT, String.valueOf(e.getMessage()));
        }
    }

    private int explain(LoginQuestion question) {
        CheckedFiles files = new CheckedFiles(config.file(), Surroundings.ofProcess());
        CheckReport report = files.readPolicyAndUsers();
        Optional<PolicyFile.Loaded> policy = files.policy();
        if (!report.isGood() || policy.isEmpty()) {
            report.print(spec.commandLine().getErr());
            throw new CommandFailed(
                    ExitCode.USAGE, "Nothing can be explained until the files are good.");
        }
        if (!files.sources().contains(source)) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "--source: %s (expected: one of %s)"
                            .formatted(PlainText.of(source), String.join(", ", files.sources())));
        }
        LoginAnswer answer = question.ask(policy.get().policy(), files.users());
        Optional<PolicyChange> shadow =
                files.shadow()
                        .map(it -> question.ask(it.policy(), files.users()))
                        .map(it ->
                                PolicyChange.between(question, answer.decision(), it.decision()));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(PrettyJson.write(LoginAnswerJson.of(answer, shadow)));
        } else {
            new LoginAnswerText(answer, out).print();
            shadow.ifPresent(it -> printShadow(it, out));
        }
        out.flush();
        return answer.isAllowed() ? ExitCode.DONE : ExitCode.NO;
    }

    private static void printShadow(PolicyChange change, PrintWriter out) {
        out.println();
        if (change.kind() == PolicyChange.Kind.SAME) {
            out.println("The shadow policy would decide the same.");
            return;
        }
        out.println("The shadow policy would decide otherwise:");
        change.details().forEach(detail -> out.println("  " + PlainText.of(detail)));
    }

    private LoginQuestion question() {
        Instant now = at == null ? Clock.systemUTC().instant() : at;
        return new LoginQuestion(
                source,
                about.user == null ? "" : about.user,
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
