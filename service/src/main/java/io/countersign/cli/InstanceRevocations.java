// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.callout.Secrets;
import io.countersign.cluster.RevocationBook;
import io.countersign.cluster.RevocationSeal;
import io.countersign.cluster.RevocationStore;
import io.countersign.cluster.Revocations;
import io.countersign.config.ServiceConfig;
import io.countersign.crypto.KeyedHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The revocations of one instance, beside its trail.
 *
 * @param view what the request path asks
 * @param book empty without a cluster secret: then nothing can be revoked
 */
record InstanceRevocations(Revocations view, Optional<RevocationBook> book)
        implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(InstanceRevocations.class);

    /** Brings into force what the disk has. */
    static InstanceRevocations open(ServiceConfig config, Secrets secrets) throws IOException {
        Revocations view = new Revocations();
        Optional<KeyedHash> key = ClusterSecret.revocations(config, secrets);
        if (key.isEmpty()) {
            log.warn("keys.cluster-secret is not set: nothing can be revoked");
            return new InstanceRevocations(view, Optional.empty());
        }
        RevocationSeal seal = new RevocationSeal(key.get());
        Path folder = config.audit().directory().resolve(config.instance());
        Files.createDirectories(folder);
        RevocationStore store = RevocationStore.open(folder.resolve("revocations.db"), seal);
        return new InstanceRevocations(
                view, Optional.of(RevocationBook.open(seal, store, view)));
    }

    @Override
    public void close() {
        book.ifPresent(RevocationBook::close);
    }
}
