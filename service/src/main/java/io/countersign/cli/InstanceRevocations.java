// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.cluster.Alone;
import io.countersign.cluster.Grid;
import io.countersign.cluster.PauseWatch;
import io.countersign.cluster.Peers;
import io.countersign.cluster.RevocationBook;
import io.countersign.cluster.RevocationSeal;
import io.countersign.cluster.RevocationStore;
import io.countersign.cluster.Revocations;
import io.countersign.config.ClusterNetwork;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.crypto.KeyedHash;
import io.countersign.nats.RecordExchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The revocations of one instance, beside its trail.
 *
 * @param view what the request path asks
 * @param book empty without a cluster secret: then nothing can be revoked
 * @param peers the other instances
 * @param pauses keeps clients waiting after a pause of this process until revocations are compared
 */
record InstanceRevocations(
        Revocations view, Optional<RevocationBook> book, Peers peers, PauseWatch pauses)
        implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(InstanceRevocations.class);

    /** Brings into force what the disk has. */
    static InstanceRevocations open(
            ServiceConfig config, Secrets secrets, ClusterSecrets others, SecureRandom random)
            throws IOException {
        Revocations view = new Revocations();
        Optional<KeyedHash> key = ClusterSecret.revocations(config, secrets);
        if (key.isEmpty()) {
            log.warn("keys.cluster-secret is not set: nothing can be revoked");
            return watched(view, Optional.empty(), new Alone(config.instance()));
        }
        RevocationSeal seal = new RevocationSeal(key.get(), others::revocations);
        Path folder = config.audit().directory().resolve(config.instance());
        Files.createDirectories(folder);
        RevocationStore store = RevocationStore.open(folder.resolve("revocations.db"), seal);
        RevocationBook book = RevocationBook.open(seal, store, view);
        try {
            Peers peers = peers(config, secrets, book, random);
            return watched(view, Optional.of(book), peers);
        } catch (IOException | RuntimeException e) {
            book.close();
            throw e;
        }
    }

    private static InstanceRevocations watched(
            Revocations view, Optional<RevocationBook> book, Peers peers) {
        PauseWatch pauses =
                new PauseWatch(peers::catchUp, System::nanoTime, System::currentTimeMillis).start();
        view.watchedBy(pauses);
        return new InstanceRevocations(view, book, peers, pauses);
    }

    private static Peers peers(
            ServiceConfig config, Secrets secrets, RevocationBook book, SecureRandom random)
            throws IOException {
        Optional<ClusterNetwork> network = config.clusterNetwork();
        if (network.isEmpty()) {
            return new Alone(config.instance());
        }
        Grid.Settings settings =
                new Grid.Settings(
                        ClusterSecret.gridName(config, secrets).orElseThrow(),
                        config.instance(),
                        network.get().listen().host(),
                        network.get().listen().port(),
                        network.get().members(),
                        network.get().instances());
        KeyedHash key = ClusterSecret.acknowledgements(config, secrets).orElseThrow();
        return Grid.start(settings, book, key, random);
    }

    /** Takes records that came over NATS, and says what became of them. */
    RecordExchange exchange(String instance) {
        return new RecordExchange(packed -> {
            RevocationBook.Taken taken =
                    book.map(b -> b.mergePacked(packed)).orElse(new RevocationBook.Taken(0, 0, 1));
            ObjectNode answer = PrettyJson.object().put("instance", instance);
            answer.put("news", taken.news()).put("unknown", taken.unknown());
            return answer.put("bad", taken.bad()).toString().getBytes(UTF_8);
        });
    }

    @Override
    public void close() {
        pauses.close();
        peers.close();
        book.ifPresent(RevocationBook::close);
    }
}
