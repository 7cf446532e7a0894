// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.witness.WitnessStore;
import io.countersign.audit.witness.WitnessedLogs;
import io.countersign.config.ServiceConfig;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.nats.AuditLink;
import io.countersign.nats.NatsTarget;
import io.countersign.nats.relay.CosignedNote;
import io.countersign.nats.relay.Witness;
import io.countersign.nats.relay.WitnessStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an instance does for the logs of the others: a connection, so that catching up never delays
 * the relay, and the witness on it.
 */
record InstanceWitness(AuditLink link, Witness witness) implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(InstanceWitness.class);

    /**
     * Begins to follow the others.
     *
     * @param directory of the instance's own trail, which the witness's folder is in
     */
    static InstanceWitness start(
            NatsTarget target,
            ServiceConfig config,
            Duration every,
            Path directory,
            Ed25519 ed25519,
            SecureRandom random,
            Clock clock)
            throws IOException, InvalidKey {
        WitnessStore store = WitnessStore.open(WitnessStore.beside(directory));
        WitnessedLogs logs;
        try {
            logs =
                    new WitnessedLogs(
                            store,
                            CosignedNote.name(config.cluster(), config.instance()),
                            store.key(ed25519, random),
                            ed25519);
        } catch (BadNote e) {
            throw new IllegalStateException("names of cluster and instance fit a key", e);
        }
        log.info("co-signing the logs of other instances as {}", logs.vkey());
        AuditLink link = AuditLink.reading(target, config.instance() + " witness");
        Witness witness = new Witness(link, config.instance(), logs, every, clock);
        witness.start();
        return new InstanceWitness(link, witness);
    }

    WitnessStatus status() {
        return witness.status();
    }

    @Override
    public void close() {
        witness.close();
        link.close();
    }
}
