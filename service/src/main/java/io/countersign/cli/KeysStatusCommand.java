// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.config.Surroundings;
import io.countersign.rotation.AdminUse;
import io.countersign.rotation.InstanceKeys;
import io.countersign.rotation.Overview;
import io.countersign.rotation.RotationState;
import io.countersign.rotation.RotationStopped;
import io.countersign.rotation.ServerUse;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code countersign keys status}. */
@Command(
        name = "status",
        description = {
            "Show which keys are where, by their public halves: in the configuration, in force on",
            "each instance, at the servers; and which rotations are under way.",
            "Exit code 3 if an instance did not answer."
        })
final class KeysStatusCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private AdminOption admin = new AdminOption();

    @Option(
            names = "--instances",
            paramLabel = "NUMBER",
            defaultValue = "0",
            description =
                    "How many instances there are, if neither cluster-network nor they themselves"
                            + " tell.")
    private int instances;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Overview it;
        try {
            it =
                    Overview.of(
                            admin.file(),
                            Surroundings.ofProcess(),
                            new CommandReach(admin, instances));
        } catch (RotationStopped e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (admin.isJson()) {
            out.println(PrettyJson.write(json(it)));
        } else {
            print(it, line -> out.println(PlainText.of(line)));
        }
        out.flush();
        return it.fleet().silent().isEmpty() ? ExitCode.DONE : ExitCode.COULD_NOT;
    }

    private static void print(Overview it, Consumer<String> out) {
        out.accept("configuration (" + it.mode() + " mode)");
        it.configured()
                .forEach((kind, keys) ->
                        keys.forEach(key ->
                                out.accept(
                                        "  %s %s in %s"
                                                .formatted(kind.word(), key.name(), key.place()))));
        it.fleet().instances().forEach(instance -> print(instance, out));
        it.fleet().silent().forEach(name -> out.accept("instance " + name + ": does not answer"));
        for (ServerUse use : it.uses()) {
            out.accept("server " + use.name() + ", last login " + use.at());
            out.accept("  xkey " + (use.xkey().isEmpty() ? "none" : use.xkey()));
            out.accept(
                    "  %s %s"
                            .formatted(
                                    it.mode().equals("static") ? "issuer" : "callout account",
                                    use.issuer()));
        }
        it.unheard().forEach(name -> out.accept("server " + name + ": no login since it started"));
        for (Overview.Account account : it.account()) {
            out.accept("callout account, " + account.where());
            out.accept("  xkey " + (account.xkey().isEmpty() ? "none" : account.xkey()));
            account.signingKeys().forEach(key -> out.accept("  signing key " + key));
        }
        for (RotationState state : it.rotations()) {
            out.accept(
                    "rotation of %s under way since %s, next: %s"
                            .formatted(state.kind().word(), state.started(), state.next().word()));
        }
    }

    private static void print(InstanceKeys it, Consumer<String> out) {
        out.accept("instance " + it.instance());
        it.xkeys().forEach(key -> out.accept("  xkey " + key));
        it.issuers().forEach(key -> out.accept("  issuer " + key));
        it.accounts().forEach((name, key) -> out.accept("  " + name + " signed with " + key));
        it.clusterSecrets().forEach(name -> out.accept("  cluster secret named " + name));
        it.admins()
                .forEach(each -> out.accept("  administrator " + each.name() + " " + each.key()));
        it.refusedFiles().forEach(problem -> out.accept("  its files: " + problem));
    }

    private static ObjectNode json(Overview it) {
        ObjectNode json = PrettyJson.object().put("mode", it.mode());
        ObjectNode configured = json.putObject("configured");
        it.configured()
                .forEach((kind, keys) ->
                        configured.set(
                                kind.word(),
                                PrettyJson.array(
                                        keys,
                                        key ->
                                                PrettyJson.object()
                                                        .put("key", key.name())
                                                        .put("place", key.place()))));
        json.set("instances", PrettyJson.array(it.fleet().instances(), KeysStatusCommand::json));
        json.set("silent", PrettyJson.texts(it.fleet().silent()));
        json.set("servers", PrettyJson.array(it.uses(), KeysStatusCommand::json));
        json.set("servers-without-logins", PrettyJson.texts(it.unheard()));
        json.set(
                "callout-account",
                PrettyJson.array(
                        it.account(),
                        account -> {
                            ObjectNode node =
                                    PrettyJson.object()
                                            .put("where", account.where())
                                            .put("xkey", account.xkey());
                            node.set("signing-keys", PrettyJson.texts(account.signingKeys()));
                            return node;
                        }));
        json.set("rotations", PrettyJson.array(it.rotations(), KeysStatusCommand::json));
        return json;
    }

    private static ObjectNode json(InstanceKeys it) {
        ObjectNode json = PrettyJson.object().put("instance", it.instance());
        json.set("xkeys", PrettyJson.texts(it.xkeys()));
        json.set("issuers", PrettyJson.texts(it.issuers()));
        ObjectNode accounts = json.putObject("accounts");
        it.accounts().forEach(accounts::put);
        json.set("cluster-secrets", PrettyJson.texts(it.clusterSecrets()));
        json.set("admins", PrettyJson.array(it.admins(), KeysStatusCommand::json));
        json.set("refused-files", PrettyJson.texts(it.refusedFiles()));
        return json;
    }

    private static ObjectNode json(AdminUse it) {
        ObjectNode json = PrettyJson.object().put("name", it.name()).put("key", it.key());
        it.used().ifPresent(time -> json.put("used", time.toString()));
        return json;
    }

    private static ObjectNode json(ServerUse it) {
        return PrettyJson.object()
                .put("server", it.name())
                .put("id", it.id())
                .put("xkey", it.xkey())
                .put("issuer", it.issuer())
                .put("at", it.at().toString());
    }

    private static ObjectNode json(RotationState it) {
        return PrettyJson.object()
                .put("kind", it.kind().word())
                .put("started", it.started().toString())
                .put("next", it.next().word())
                .put("new", it.fresh().name());
    }
}
