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
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
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

    /** What is to be said about files that cannot be used: then nothing else can be looked at. */
    public static Diagnosis ofFiles(List<Problem> problems) {
        return new Diagnosis(
                false,
                List.of(new Step("files", Step.Mark.BAD, "cannot be used")),
                FileChecks.judge(problems),
                List.of());
    }

    /**
     * Looks and judges.
     *
     * @param within how long each step may take
     * @throws IOException if a secret that the configuration names cannot be read
     * @throws InvalidKey if one is no key of its kind
     * @throws InvalidJwt if credentials hold no good JWT
     */
    public Diagnosis examine(
            ServiceConfig config, Client client, Optional<SSLContext> tls, Duration within)
            throws IOException, InvalidKey, InvalidJwt {
        LoginReader reader = new LoginReader(secrets, Ed25519.best());
        OwnLogin callout = reader.read(config.nats().callout());
        Optional<OwnLogin> operations = read(reader, config.nats().operations());
        Optional<OwnLogin> system = read(reader, config.nats().system());
        Optional<OwnLogin> sentinel =
                client.credentials().isPresent()
                        ? Optional.of(reader.credentials(client.credentials().get(), "--creds"))
                        : Optional.empty();
        boolean invented = client.user().isEmpty() && client.token().isEmpty();
        try (Examination examination =
                new Examination(
                        config,
                        OwnKeys.read(config, secrets),
                        new Examination.Logins(callout, operations, system),
                        login(client, sentinel, invented),
                        new ClientSeen(
                                invented,
                                sentinel.map(OwnLogin::user).or(client::user).orElse("the client"),
                                sentinel.flatMap(OwnLogin::jwt)),
                        new Examination.Tools(tls, clock, within))) {
            Evidence evidence = examination.look();
            boolean reached =
                    evidence.reached().values().stream().anyMatch(it -> it.value().isPresent());
            List<Finding> findings = Checks.judge(evidence);
            return new Diagnosis(reached, Walk.steps(evidence), findings, Walk.hidden(evidence));
        }
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
