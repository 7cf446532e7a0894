// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.config.Login;
import io.countersign.config.NatsConfig;
import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.TlsFiles;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.nats.NatsLogin;
import io.countersign.nats.NatsService;
import io.countersign.nats.NatsTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Turns the configuration's words about NATS into what the {@code nats} package wants. */
final class NatsSettings {
    private final NatsConfig nats;
    private final Secrets secrets;

    private NatsSettings(NatsConfig nats, Secrets secrets) {
        this.nats = nats;
        this.secrets = secrets;
    }

    static NatsService.Settings of(ServiceConfig config, Secrets secrets)
            throws IOException, InvalidKey {
        NatsSettings settings = new NatsSettings(config.nats(), secrets);
        Optional<NatsTarget> operations = settings.target(config.nats().operations());
        Optional<NatsTarget> system = settings.target(config.nats().system());
        return new NatsService.Settings(
                config.instance(),
                Build.version(),
                settings.target(config.nats().callout()),
                operations,
                system,
                config.nats().connections(),
                config.nats().queueGroup(),
                Map.of("instance", config.instance(), "cluster", config.cluster()));
    }

    /** The operations account alone, for a command that needs nothing else. */
    static Optional<NatsTarget> operations(ServiceConfig config, Secrets secrets)
            throws IOException, InvalidKey {
        return new NatsSettings(config.nats(), secrets).target(config.nats().operations());
    }

    private Optional<NatsTarget> target(Optional<Login> login) throws IOException, InvalidKey {
        return login.isEmpty() ? Optional.empty() : Optional.of(target(login.get()));
    }

    private NatsTarget target(Login login) throws IOException, InvalidKey {
        Optional<SSLContext> tls =
                nats.tls().isPresent()
                        ? Optional.of(TlsFiles.context(nats.tls().get(), secrets))
                        : Optional.empty();
        return new NatsTarget(nats.servers(), login(login), tls);
    }

    private NatsLogin login(Login login) throws IOException, InvalidKey {
        return switch (login) {
            case Login.Credentials(SecretSource.Environment source) ->
                    new NatsLogin.CredentialsText(() -> read(source));
            case Login.Credentials(SecretSource.InVault source) ->
                    new NatsLogin.CredentialsText(() -> read(source));
            case Login.Credentials(var file) -> new NatsLogin.Credentials(secrets.path(file));
            case Login.UserPassword(var user, var password) ->
                    new NatsLogin.UserPassword(user, () -> password(password));
            case Login.NkeySeed(var source) -> {
                try (Seed seed = secrets.seed(source, NKeyType.USER)) {
                    yield new NatsLogin.KeyPair(Ed25519.best().signer(seed));
                }
            }
        };
    }

    private byte[] read(SecretSource source) {
        try {
            return secrets.bytes(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One line of text, without its line end. */
    private char[] password(SecretSource source) {
        byte[] bytes = read(source);
        int end = bytes.length;
        while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
            end--;
        }
        CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes, 0, end));
        char[] password = new char[text.remaining()];
        text.get(password);
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(text.array(), '\0');
        return password;
    }
}
