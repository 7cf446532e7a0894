// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.vault.Vault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Opens the secrets that the configuration names, late and one at a time. What went wrong is told
 * without the secret.
 */
public final class Secrets {
    private final Map<String, String> environment;

    /** With the environment of the process, or of a test. */
    public Secrets(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** The secret's bytes; the caller wipes them. */
    public byte[] bytes(SecretSource source) throws IOException {
        return switch (source) {
            case SecretSource.File(var path) -> Files.readAllBytes(path);
            case SecretSource.Credential(var name) -> Files.readAllBytes(credential(name));
            case SecretSource.InVault(var access, var mount, var path, var field) -> {
                try (Vault vault = vault(access)) {
                    yield vault.secret(mount, path, field);
                }
            }
            case SecretSource.Environment(var name) -> {
                String value = environment.get(name);
                if (value == null) {
                    throw new IOException("environment variable " + name + ": not set");
                }
                yield value.getBytes(StandardCharsets.UTF_8);
            }
        };
    }

    /** A file's path where there is one, so that it can be read anew later. */
    public Path path(SecretSource source) throws IOException {
        return switch (source) {
            case SecretSource.File(var path) -> path;
            case SecretSource.Credential(var name) -> credential(name);
            case SecretSource.Environment(var name) ->
                    throw new IOException("environment variable " + name + ": expected a file");
            case SecretSource.InVault inVault ->
                    throw new IOException(inVault + ": expected a file");
        };
    }

    /** A Vault server; the caller closes it. */
    public Vault vault(VaultAccess access) throws IOException {
        Optional<SSLContext> tls =
                access.tls().isPresent()
                        ? Optional.of(TlsFiles.context(access.tls().get(), this))
                        : Optional.empty();
        return new Vault(
                access.address(),
                access.namespace(),
                tls,
                () -> {
                    byte[] token = line(access.token());
                    try {
                        return new String(token, StandardCharsets.UTF_8);
                    } finally {
                        Arrays.fill(token, (byte) 0);
                    }
                });
    }

    /** The secret's bytes without white space at their end; the caller wipes them. */
    public byte[] line(SecretSource source) throws IOException {
        byte[] all = bytes(source);
        int end = all.length;
        while (end > 0 && all[end - 1] <= ' ' && all[end - 1] >= 0) {
            end--;
        }
        byte[] line = Arrays.copyOf(all, end);
        Arrays.fill(all, (byte) 0);
        return line;
    }

    private Path credential(String name) throws IOException {
        String directory = environment.get("CREDENTIALS_DIRECTORY");
        if (directory == null) {
            throw new IOException(
                    "credential " + name + ": $CREDENTIALS_DIRECTORY is not set (systemd sets it)");
        }
        return Path.of(directory).resolve(name);
    }

    /** The seed of a key of this type; the caller closes it. */
    public Seed seed(SecretSource source, NKeyType type) throws IOException, InvalidKey {
        byte[] text = bytes(source);
        try {
            Seed seed = Seed.parse(text);
            if (seed.publicKey().type() != type) {
                InvalidKey wrong =
                        new InvalidKey(
                                "%s: seed of type %s (expected: %s)"
                                        .formatted(source, seed.publicKey().type(), type));
                seed.close();
                throw wrong;
            }
            return seed;
        } catch (InvalidKey e) {
            throw new InvalidKey(source + ": " + e.getMessage());
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }
}
