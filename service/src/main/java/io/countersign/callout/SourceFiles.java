// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.config.Mode;
import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Names the files that a generation is made of. */
final class SourceFiles {
    private SourceFiles() {}

    /**
     * The settings themselves and all files of a generation that they name; not what a restart
     * would read.
     */
    static Set<Path> of(Path file, ServiceConfig config, Secrets secrets) {
        Set<Path> files = new LinkedHashSet<>();
        files.add(file);
        files.add(config.policy());
        config.shadowPolicy().ifPresent(files::add);
        config.users().ifPresent(files::add);
        Stream<SigningKey> targets =
                switch (config.mode()) {
                    case Mode.Static _ -> Stream.empty();
                    case Mode.Operator operator ->
                            operator.accounts().values().stream()
                                    .flatMap(account -> account.signingKeys().stream());
                };
        Stream<SecretSource> seeds =
                Stream.concat(config.keys().issuers().stream(), targets)
                        .flatMap(key -> seed(key).stream());
        Stream.concat(config.keys().xkeys().stream(), seeds)
                .flatMap(source -> path(source, secrets).stream())
                .forEach(files::add);
        config.authenticators()
                .forEach(each -> {
                    each.kind().allFiles().forEach(files::add);
                    each.kind()
                            .allSecrets()
                            .flatMap(source -> path(source, secrets).stream())
                            .forEach(files::add);
                });
        return Set.copyOf(files);
    }

    /** A key that signs elsewhere has no file. */
    private static Optional<SecretSource> seed(SigningKey key) {
        return key instanceof SigningKey.Kept(var source) ? Optional.of(source) : Optional.empty();
    }

    /** A variable of the environment has no file, and no new value before a restart. */
    private static Optional<Path> path(SecretSource source, Secrets secrets) {
        try {
            return source instanceof SecretSource.Environment
                    ? Optional.empty()
                    : Optional.of(secrets.path(source));
        } catch (IOException nowhere) {
            return Optional.empty();
        }
    }
}
