// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.config.Login;
import io.countersign.config.Problem;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.identity.Secret;
import io.countersign.nats.PlainLogin;
import io.countersign.protocol.InvalidJwt;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * Finds out why logins fail, by making one and walking to where it stopped. Changes nothing, but a
 * login leaves an entry in the audit trail. Stateless but for its tools.
 */
public final class Doctor {
    private final Secrets secrets;
    private final Clock clock;
    private final SecureRandom random;

    public Doctor(Secrets secrets, Clock clock, SecureRandom random) {
        this.secrets = secrets;
        this.clock = clock;
        this.random = random;
    }

    /**
     * The client whose login is tried. Without user and token it is an invented one, which the
     * service should refuse: that already shows that questions and answers find their way.
     *
     * @param credentials text of a {@code .creds} file, or a bearer's JWT; wiped
     */
    public record Client(
            Optional<String> user,
            Optional<Secret> password,
            Optional<Secret> token,
            Optional<byte[]> credentials) {
        /** A client that nobody knows. */
        public static Client invented() {
            return new Client(
                    Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        }

        @Override
        public String toString() {
            return "Client[redacted]";
        }
    }

    /**
     * What to look at.
     *
     * @param file where the configuration was read
     * @param warnings of the policy
     * @param serverFiles configuration files of servers, as far as they are at hand
     * @param within how long each step may take
     * @param online false to look at files only
     */
    public record Order(
            ServiceConfig config,
            Path file,
            List<Problem> warnings,
            List<Path> serverFiles,
            Client client,
            Optional<SSLContext> tls,
            Duration within,
            boolean online) {
        public Order {
            warnings = List.copyOf(warnings);
            serverFiles = List.copyOf(serverFiles);
        }
    }

    /**
     * What is to be said about files that cannot be used: then nothing else can be looked at.
     *
     * @param named the file that stands where a problem is
     */
    public static Diagnosis ofFiles(
            List<Problem> problems, Function<Problem, Optional<Path>> named) {
        List<ModeFix> fixes =
                problems.stream()
                        .filter(FileChecks::isOpenSecret)
                        .flatMap(it -> named.apply(it).flatMap(ModeFix::secret).stream())
                        .distinct()
                        .toList();
        return new Diagnosis(
                false,
                List.of(new Step("files", Step.Mark.BAD, "cannot be used")),
                FileChecks.judge(problems, named),
                List.of(),
                fixes);
    }

    /**
     * Looks and judges.
     *
     * @throws IOException if a secret that the configuration names, or a server's file, cannot be
     *     read
     * @throws InvalidKey if one is no key of its kind
     * @throws InvalidJwt if credentials hold no good JWT
     */
    public Diagnosis examine(Order order) throws IOException, InvalidKey, InvalidJwt {
        ServiceConfig config = order.config();
        LoginReader reader = new LoginReader(secrets, Ed25519.best());
        OwnLogins logins =
                new OwnLogins(
                        reader.read(config.nats().callout()),
                        read(reader, config.nats().operations()),
                        read(reader, config.nats().system()));
        Client client = order.client();
        Optional<OwnLogin> sentinel =
                client.credentials().isPresent()
                        ? Optional.of(reader.credentials(client.credentials().get(), "--creds"))
                        : Optional.empty();
        boolean invented = client.user().isEmpty() && client.token().isEmpty();
        FilesSeen files = OwnFiles.look(config, order.file(), order.warnings(), serverFiles(order));
        try (Examination examination =
                new Examination(
                        config,
                        files,
                        OwnKeys.read(config, secrets),
                        logins,
                        login(client, sentinel, invented),
                        new ClientSeen(
                                invented,
                                sentinel.map(OwnLogin::user).or(client::user).orElse("the client"),
                                sentinel.flatMap(OwnLogin::jwt)),
                        new Examination.Tools(
                                order.tls(), clock, order.within(), order.online()))) {
            Evidence evidence = examination.look();
            return new Diagnosis(
                    !order.online() || !evidence.greetings().isEmpty(),
                    Walk.steps(evidence),
                    Checks.judge(evidence),
                    Walk.hidden(evidence),
                    files.open());
        }
    }

    private static List<ServerFile> serverFiles(Order order) throws IOException {
        List<ServerFile> files = new ArrayList<>();
        for (Path file : order.serverFiles()) {
            files.add(ServerFileReader.read(file, System.getenv()));
        }
        return files;
    }

    private static Optional<OwnLogin> read(LoginReader reader, Optional<Login> login)
            throws IOException, InvalidKey, InvalidJwt {
        return login.isEmpty() ? Optional.empty() : Optional.of(reader.read(login.get()));
    }

    private PlainLogin login(Client client, Optional<OwnLogin> sentinel, boolean invented) {
        return new PlainLogin(
                sentinel.flatMap(it -> it.login().jwt()),
                sentinel.flatMap(it -> it.login().signer()),
                invented ? Optional.of("doctor-" + random(4)) : client.user(),
                invented ? Optional.of(Secret.of(random(16))) : client.password(),
                client.token());
    }

    private String random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
