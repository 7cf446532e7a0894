// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.config.NatsConfig;
import io.countersign.config.Problem;
import io.countersign.config.ServiceConfig;
import io.countersign.config.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks at the files that the configuration names. Opens no secret. */
final class OwnFiles {
    private OwnFiles() {}

    static FilesSeen look(
            ServiceConfig config, Path file, List<Problem> warnings, List<ServerFile> servers) {
        List<ModeFix> open = new ArrayList<>();
        ModeFix.decisive(file).ifPresent(open::add);
        ModeFix.decisive(config.policy()).ifPresent(open::add);
        config.users().flatMap(ModeFix::confidential).ifPresent(open::add);
        servers.forEach(it -> ModeFix.confidential(it.path()).ifPresent(open::add));
        return new FilesSeen(
                open,
                warnings,
                Look.seen(config.audit().directory()).ask(OwnFiles::space),
                config.nats().tls().map(OwnFiles::certificates).orElse(Map.of()),
                servers);
    }

    /** The directory may not be there before the first start; then where it will be. */
    private static long space(Path directory) throws IOException {
        Path there = directory.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return Files.getFileStore(there).getUsableSpace();
    }

    private static Map<String, Instant> certificates(NatsConfig.Tls tls) {
        Map<String, Instant> ends = new HashMap<>();
        tls.client().ifPresent(it -> add(it.certificate(), ends));
        tls.ca().ifPresent(it -> add(it, ends));
        return ends;
    }

    private static void add(Path file, Map<String, Instant> ends) {
        Look.seen(file)
                .ask(TlsFiles::authorities)
                .value()
                .orElse(List.of())
                .forEach((X509Certificate it) ->
                        ends.merge(
                                file.toString(),
                                it.getNotAfter().toInstant(),
                                (one, other) -> one.isBefore(other) ? one : other));
    }
}
