// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads where secrets are, and checks without opening them that they can be there: a file exists
 * and nobody but its owner can read it, a variable is set, a credential was passed.
 */
final class SecretReader {
    private static final String CREDENTIALS_DIRECTORY = "CREDENTIALS_DIRECTORY";
    private static final Set<PosixFilePermission> FOR_OTHERS =
            Set.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

    private final Folder folder;
    private final Map<String, String> environment;
    private final Optional<VaultAccess> vault;
    private final String withoutVault;

    /** For what leads to Vault. */
    SecretReader(Folder folder, Map<String, String> environment) {
        this(folder, environment, Optional.empty(), "leads to Vault (expected: not in it)");
    }

    private SecretReader(
            Folder folder,
            Map<String, String> environment,
            Optional<VaultAccess> vault,
            String withoutVault) {
        this.folder = folder;
        this.environment = environment;
        this.vault = vault;
        this.withoutVault = withoutVault;
    }

    /** One that knows of this Vault. */
    SecretReader with(Optional<VaultAccess> vault) {
        return new SecretReader(
                folder,
                environment,
                vault,
                "needs vault (expected: both, and vault without mistakes)");
    }

    /**
     * {@code PATH}, {@code {file: PATH}}, {@code {env: NAME}}, {@code {credential: NAME}} or {@code
     * {vault: MOUNT/PATH#FIELD}}.
     */
    Optional<SecretSource> read(ConfigReader at) {
        Optional<Path> file = at.file(folder);
        if (file.isPresent()) {
            return file(at, file.get());
        }
        ConfigReader named = at.key("file");
        return named.file(folder)
                .flatMap(path -> file(named, path))
                .or(() -> variable(at.key("env")))
                .or(() -> credential(at.key("credential")))
                .or(() -> inVault(at.key("vault")));
    }

    private static Optional<SecretSource> file(ConfigReader at, Path path) {
        if (!Files.isRegularFile(path)) {
            return at.refuseValue(Files.exists(path) ? "is not a file" : "does not exist");
        }
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
            if (mode.stream().anyMatch(FOR_OTHERS::contains)) {
                return at.refuseValue(
                        "is open to others than its owner, %s (expected: rw-------, chmod 600)"
                                .formatted(PosixFilePermissions.toString(mode)));
            }
        } catch (UnsupportedOperationException notPosix) {
            // Access lists of other systems are the operator's business.
            return Optional.of(new SecretSource.File(path));
        } catch (IOException unreadable) {
            return at.refuseValue("cannot be looked at");
        }
        return Files.isReadable(path)
                ? Optional.of(new SecretSource.File(path))
                : at.refuseValue("cannot be read by this user");
    }

    private Optional<SecretSource> variable(ConfigReader at) {
        Optional<String> name = at.text();
        if (name.isEmpty()) {
            return Optional.empty();
        }
        return environment.getOrDefault(name.get(), "").isBlank()
                ? at.refuseValue("is not set in the environment, or empty")
                : Optional.of(new SecretSource.Environment(name.get()));
    }

    /** The schema has seen to its form. */
    private Optional<SecretSource> inVault(ConfigReader at) {
        Optional<String> place = at.text();
        if (place.isEmpty()) {
            return Optional.empty();
        }
        if (vault.isEmpty()) {
            at.refuse(withoutVault);
            return Optional.empty();
        }
        String text = place.get();
        int slash = text.indexOf('/');
        int end = text.indexOf('#');
        return Optional.of(
                new SecretSource.InVault(
                        vault.get(),
                        text.substring(0, slash),
                        text.substring(slash + 1, end),
                        text.substring(end + 1)));
    }

    private Optional<SecretSource> credential(ConfigReader at) {
        Optional<String> name = at.text();
        if (name.isEmpty()) {
            return Optional.empty();
        }
        String directory = environment.get(CREDENTIALS_DIRECTORY);
        if (directory == null) {
            return at.refuseValue(
                    "cannot be found: CREDENTIALS_DIRECTORY is not set (expected: started by"
                            + " systemd with LoadCredential=)");
        }
        return Files.isRegularFile(Path.of(directory).resolve(name.get()))
                ? Optional.of(new SecretSource.Credential(name.get()))
                : at.refuseValue("is not in CREDENTIALS_DIRECTORY");
    }
}
