// SPDX-License-Identifier: Apache-2.0
package io.countersign.view;

import io.countersign.audit.TrailRefused;
import io.countersign.config.ConfigInvalid;
import io.countersign.config.NatsConfig;
import io.countersign.config.Secrets;
import io.countersign.config.TlsFiles;
import io.countersign.nats.AuditLink;
import io.countersign.nats.NatsLogin;
import io.countersign.nats.NatsTarget;
import io.countersign.view.access.Activity;
import io.countersign.view.access.OidcLogin;
import io.countersign.view.access.SavedViews;
import io.countersign.view.access.SavedViewsFile;
import io.countersign.view.access.Seal;
import io.countersign.view.access.Sessions;
import io.countersign.view.access.Users;
import io.countersign.view.access.UsersFile;
import io.countersign.view.index.AuditIndex;
import io.countersign.view.index.Feed;
import io.countersign.view.index.IndexUnusable;
import io.countersign.view.index.Reading;
import io.countersign.view.store.Database;
import io.countersign.view.store.SavedViewsTable;
import io.countersign.view.store.StoreUnusable;
import io.countersign.view.store.UsersTable;
import io.countersign.view.web.Access;
import io.countersign.view.web.Operations;
import io.countersign.view.web.ViewServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The {@code audit-ui} command. Ends with 2 for wrong usage or configuration, with 3 if something
 * cannot be had, else only when it is stopped.
 */
@Command(
        name = "audit-ui",
        description = "The web view over the audit trail of Countersign.",
        mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
    private static final int USAGE = 2;
    private static final int COULD_NOT = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Spec private CommandSpec spec = CommandSpec.create();

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "With --trail: where index, people and session key are kept (default: view-data).")
    private Path data = Path.of("view-data");

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Listen at this port of 127.0.0.1 (with --trail).")
    private int port = ViewConfig.PORT;

    /** Where entries come from. */
    private static final class Source {
        @Option(
                names = {"-c", "--config"},
                paramLabel = "FILE",
                description = "The view's configuration file.")
        private @Nullable Path config;

        @Option(
                names = "--trail",
                paramLabel = "FILE",
                description = "Follow this trail file; no NATS is needed.")
        private @Nullable Path trail;
    }

    private Main() {}

    /** Runs until it is stopped. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((e, command, _) -> {
                    command.getErr().println(e.getMessage());
                    return switch (e) {
                        case ConfigInvalid _ -> USAGE;
                        case TrailRefused _ -> USAGE;
                        case IOException _ -> COULD_NOT;
                        case IndexUnusable _ -> COULD_NOT;
                        case StoreUnusable _ -> COULD_NOT;
                        case InterruptedException _ -> COULD_NOT;
                        default -> throw e;
                    };
                })
                .execute(args);
    }

    @Override
    public Integer call() throws IOException, InterruptedException, TrailRefused {
        ViewConfig config = config();
        Files.createDirectories(config.data());
        PrintWriter out = spec.commandLine().getOut();
        SecureRandom random = new SecureRandom();
        Clock clock = Clock.systemUTC();
        AuditIndex index =
                AuditIndex.open(
                        config.index().orElse(config.data().resolve("index.db").toString()),
                        config.witnesses());
        People people = People.open(config, random);
        Reading reading = new Reading(clock);
        ViewServer.Parts parts =
                new ViewServer.Parts(
                        index,
                        reading,
                        access(config, people.opened().users(), clock, random),
                        new Activity(config.data().resolve("activity.log"), clock),
                        people.views(),
                        operations(config, clock),
                        clock);
        try (ViewServer server = ViewServer.start(parts, config.listen())) {
            out.printf("audit view: %s%n", server.url());
            people.opened()
                    .password()
                    .ifPresent(secret ->
                            out.printf(
                                    "log in as admin with %s (shown once; only its hash is in"
                                            + " %s)%n",
                                    secret, people.opened().place()));
            out.flush();
            feed(config, index, reading);
        }
        return 0;
    }

    private ViewConfig config() {
        Path file = source.config;
        Path trail = source.trail;
        if (file != null) {
            return ViewConfig.load(file);
        }
        if (trail == null) {
            throw new IllegalStateException("picocli asks for one of them");
        }
        return ViewConfig.following(trail, data, port);
    }

    /** People and what they saved: in a database that replicas share, or in files. */
    private record People(Users.Opened opened, SavedViews views) {
        static People open(ViewConfig config, SecureRandom random) throws IOException {
            if (config.people().isPresent()) {
                Database database = Database.open(config.people().get());
                return new People(UsersTable.open(database, random), new SavedViewsTable(database));
            }
            return new People(
                    UsersFile.openOrCreate(config.data().resolve("viewers"), random),
                    new SavedViewsFile(config.data().resolve("saved-views")));
        }
    }

    private static Access access(ViewConfig config, Users users, Clock clock, SecureRandom random)
            throws IOException {
        Seal seal = new Seal(Seal.key(config.data().resolve("session.key"), random), random);
        Optional<OidcLogin> oidc = Optional.empty();
        if (config.oidc().isPresent()) {
            ViewConfig.Oidc set = config.oidc().get();
            Optional<String> secret = Optional.empty();
            if (set.secretFile().isPresent()) {
                secret = Optional.of(Files.readString(set.secretFile().get()).strip());
            }
            oidc = Optional.of(new OidcLogin(set.settings().withSecret(secret), seal, clock));
        }
        return new Access(users, new Sessions(seal, users, clock), oidc);
    }

    private static Operations operations(ViewConfig config, Clock clock) throws IOException {
        if (config.admin().isEmpty()) {
            return Operations.NONE;
        }
        ViewConfig.Admin admin = config.admin().get();
        ViewConfig.Nats nats = config.nats().orElseThrow();
        NatsTarget target = target(nats, admin.login().orElse(nats.login()));
        return NatsOperations.with(target, admin.key(), admin.cluster(), clock);
    }

    private static NatsTarget target(ViewConfig.Nats nats, ViewConfig.Login login)
            throws IOException {
        Optional<SSLContext> tls = Optional.empty();
        if (nats.ca().isPresent()) {
            NatsConfig.Tls trusted = new NatsConfig.Tls(nats.ca(), Optional.empty());
            tls = Optional.of(TlsFiles.context(trusted, new Secrets(Map.of())));
        }
        return new NatsTarget(
                nats.servers(),
                login.isSeed()
                        ? new NatsLogin.KeyPair(NatsOperations.signer(login.file()))
                        : new NatsLogin.Credentials(login.file()),
                tls);
    }

    private static void feed(ViewConfig config, AuditIndex index, Reading reading)
            throws IOException, InterruptedException, TrailRefused {
        if (config.trail().isPresent()) {
            Feed.ofTrail(config.trail().get(), index).run();
            return;
        }
        ViewConfig.Nats nats = config.nats().orElseThrow();
        NatsTarget target = target(nats, nats.login());
        try (AuditLink link = AuditLink.reading(target, "countersign audit-ui")) {
            if (!link.awaitFirst(PATIENCE)) {
                throw new IOException(
                        "no connection to %s within %s".formatted(target.servers(), PATIENCE));
            }
            Feed.ofStream(link, index, reading).run();
        }
    }
}
