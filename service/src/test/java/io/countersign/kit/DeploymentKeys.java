// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.crypto.XKeyBox;
import io.countersign.protocol.CredsFile;
import io.countersign.protocol.InvalidJwt;
import io.nats.client.AuthHandler;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys in the folder that {@code setup} made, for tests that stand in for the service, or for
 * somebody who stole from it.
 */
public record DeploymentKeys(Path folder, Deployment.Mode mode) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Signs answers: the issuer, or the callout account's signing key. */
    public Signer issuer() {
        return switch (mode) {
            case STATIC -> signer("keys/issuer.nk");
            case OPERATOR -> signer("keys/AUTH.signing.nk");
        };
    }

    /** Signs users of this account. */
    public Signer placing(String account) {
        return switch (mode) {
            case STATIC -> issuer();
            case OPERATOR -> signer("keys/" + account + ".signing.nk");
        };
    }

    /** The service's xkey. */
    public XKeyBox xkey() {
        return XKeyBox.of(seed("keys/xkey.nk"), RANDOM, 16);
    }

    /** Operator mode: the public key of an account. */
    public String account(String name) {
        return CalloutForge.claims(read("accounts/" + name + ".jwt").strip()).path("sub").asText();
    }

    /** Any seed of the folder, as a signer. */
    public Signer signer(String file) {
        return Ed25519.best().signer(seed(file));
    }

    private Seed seed(String file) {
        try {
            return Seed.read(folder.resolve(file));
        } catch (IOException | InvalidKey e) {
            throw new IllegalStateException(file, e);
        }
    }

    private String read(String file) {
        return Io.get(() -> Files.readString(folder.resolve(file)));
    }

    /** A connection with a login of the service: {@code callout}, {@code operations}, … */
    public Connection connect(NatsServer server, String user) {
        return connect(server, user, options -> {});
    }

    /** As {@link #connect(NatsServer, String)}, with more options. */
    public Connection connect(NatsServer server, String user, Consumer<Options.Builder> more) {
        Options.Builder options =
                new Options.Builder().server(server.url()).connectionTimeout(NatsServer.PATIENCE);
        switch (mode) {
            case STATIC -> options.authHandler(new KeyPair(signer("keys/" + user + ".nk")));
            case OPERATOR ->
                    options.authHandler(
                            Nats.credentials(
                                    folder.resolve("creds/" + user + ".creds").toString()));
        }
        more.accept(options);
        try {
            return Nats.connect(options.build());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("login of " + user, e);
        }
    }

    /** The public key of a login of the service. */
    public String publicKey(String user) {
        return switch (mode) {
            case STATIC -> signer("keys/" + user + ".nk").key().text();
            case OPERATOR -> ofCreds(user).text();
        };
    }

    private NKey ofCreds(String user) {
        try (CredsFile creds =
                CredsFile.parse(
                        Io.get(() ->
                                Files.readAllBytes(folder.resolve("creds/" + user + ".creds"))))) {
            return creds.seed().publicKey();
        } catch (InvalidJwt | InvalidKey e) {
            throw new IllegalStateException(user, e);
        }
    }

    /** The folder that a server's configuration of {@code setup} names. */
    public static Path folderOf(String configuration) {
        var matcher =
                Pattern.compile("store_dir: \"(.*)/data/[^/]+/jetstream\"").matcher(configuration);
        if (!matcher.find()) {
            throw new IllegalStateException("no store_dir in\n" + configuration);
        }
        return Path.of(matcher.group(1));
    }

    /** Proves to be an nkey. */
    public record KeyPair(Signer signer) implements AuthHandler {
        @Override
        public byte[] sign(byte[] nonce) {
            return signer.sign(nonce);
        }

        @Override
        public char[] getID() {
            return signer.key().text().toCharArray();
        }

        @Override
        public char @Nullable [] getJWT() {
            return null;
        }
    }
}
