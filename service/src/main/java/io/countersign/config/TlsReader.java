// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a {@code tls} mapping: the files of a TLS client. */
final class TlsReader {
    private final Folder folder;
    private final SecretReader secrets;

    TlsReader(Folder folder, SecretReader secrets) {
        this.folder = folder;
        this.secrets = secrets;
    }

    Optional<NatsConfig.Tls> read(ConfigReader at) {
        Optional<Path> ca = existing(at.key("ca"));
        Optional<Path> certificate = existing(at.key("certificate"));
        Optional<SecretSource> key = secrets.read(at.key("key"));
        return at.isSound()
                ? Optional.of(
                        new NatsConfig.Tls(
                                ca,
                                certificate.map(it ->
                                        new NatsConfig.ClientCertificate(it, key.orElseThrow()))))
                : Optional.empty();
    }

    private Optional<Path> existing(ConfigReader at) {
        Optional<Path> file = at.file(folder);
        if (file.isPresent() && !Files.isRegularFile(file.get())) {
            return at.refuseValue("does not exist");
        }
        return file;
    }
}
