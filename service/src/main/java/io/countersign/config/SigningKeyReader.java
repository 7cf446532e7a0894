// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads where keys that sign are, and {@code vault} and {@code pkcs11}, without which some of those
 * places make no sense.
 */
final class SigningKeyReader {
    private final Optional<VaultAccess> vault;
    private final Optional<SigningKey.TokenAccess> token;
    private final SecretReader secrets;

    /**
     * @param local knows secrets on this machine only: what leads to Vault cannot be in it
     */
    SigningKeyReader(ConfigReader root, Folder folder, SecretReader local) {
        this.vault = vault(root.key("vault"), new TlsReader(folder, local), local);
        this.secrets = local.with(vault);
        this.token = token(root.key("pkcs11"), folder, secrets);
    }

    /** For all other secrets. */
    SecretReader secrets() {
        return secrets;
    }

    private static Optional<VaultAccess> vault(
            ConfigReader at, TlsReader tlsReader, SecretReader local) {
        Optional<URI> address = WebAddress.read(at.key("address"), "https");
        Optional<SecretSource> token = local.read(at.key("token"));
        Optional<String> namespace = at.key("namespace").text();
        Optional<NatsConfig.Tls> tls = tlsReader.read(at.key("tls"));
        return at.isSound()
                ? at.build(() ->
                        new VaultAccess(address.orElseThrow(), token.orElseThrow(), namespace, tls))
                : Optional.empty();
    }

    private static Optional<SigningKey.TokenAccess> token(
            ConfigReader at, Folder folder, SecretReader secrets) {
        ConfigReader place = at.key("module");
        Optional<Path> module = place.file(folder);
        if (module.isPresent() && !Files.isRegularFile(module.get())) {
            place.refuseValue("does not exist");
        }
        Optional<SecretSource> pin = secrets.read(at.key("pin"));
        return at.isSound()
                ? at.build(() ->
                        new SigningKey.TokenAccess(
                                module.orElseThrow(),
                                at.key("label").text().orElseThrow(),
                                pin.orElseThrow()))
                : Optional.empty();
    }

    List<SigningKey> list(ConfigReader at) {
        return at.items().stream().flatMap(item -> read(item).stream()).toList();
    }

    /** As a secret, or {@code {transit: MOUNT/NAME#VERSION}}, or {@code {pkcs11: LABEL}}. */
    private Optional<SigningKey> read(ConfigReader at) {
        ConfigReader transit = at.key("transit");
        ConfigReader onToken = at.key("pkcs11");
        if (transit.isPresent()) {
            return needed(transit, "vault", vault)
                    .flatMap(access -> transit.text().map(text -> inTransit(access, text)));
        }
        if (onToken.isPresent()) {
            return needed(onToken, "pkcs11", token)
                    .flatMap(access ->
                            onToken.text().map(label -> new SigningKey.OnToken(access, label)));
        }
        return secrets.read(at).map(SigningKey.Kept::new);
    }

    private static <T> Optional<T> needed(ConfigReader at, String key, Optional<T> access) {
        if (access.isEmpty() && at.isSound()) {
            at.refuse("needs " + key + " (expected: both, and " + key + " without mistakes)");
        }
        return access;
    }

    /** The schema has seen to its form. */
    private static SigningKey inTransit(VaultAccess access, String text) {
        int end = text.lastIndexOf('#');
        int slash = text.lastIndexOf('/', end);
        return new SigningKey.InTransit(
                access,
                text.substring(0, slash),
                text.substring(slash + 1, end),
                Integer.parseInt(text.substring(end + 1)));
    }
}
