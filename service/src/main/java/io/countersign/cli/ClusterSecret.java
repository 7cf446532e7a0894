// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.callout.CanaryMark;
import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.crypto.Hkdf;
import io.countersign.crypto.KeyedHash;
import io.countersign.crypto.SipHash;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that are derived from the one secret which all instances share, each with a label of its own
 * (RFC 5869).
 */
final class ClusterSecret {
    private static final Logger log = LoggerFactory.getLogger(ClusterSecret.class);
    private static final int BYTES = 32;

    /** Label of the key that signs revocations. */
    static final String REVOCATIONS = "countersign revocations v1";

    /** Label of the key of what instances say to one another over NATS. */
    static final String PEERS = "countersign peers v1";

    private ClusterSecret() {}

    /**
     * The key for fingerprints of credentials and presented names: equal on all instances, so that
     * entries can be compared.
     */
    static KeyedHash fingerprints(ServiceConfig config, Secrets secrets, SecureRandom random)
            throws IOException {
        Optional<SecretSource> source = config.keys().fingerprints();
        byte[] secret = source.isPresent() ? secrets.bytes(source.get()) : own(random);
        byte[] key = Hkdf.derive(secret, "countersign fingerprints v1", BYTES);
        try {
            return KeyedHash.of(key);
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    /**
     * The key that signs revocations; empty without a shared secret, because one of our own would
     * not be ours after a restart.
     */
    static Optional<KeyedHash> revocations(ServiceConfig config, Secrets secrets)
            throws IOException {
        return derived(config, secrets, REVOCATIONS);
    }

    /** The key of acknowledgements between instances. */
    static Optional<KeyedHash> acknowledgements(ServiceConfig config, Secrets secrets)
            throws IOException {
        return derived(config, secrets, "countersign acknowledgements v1");
    }

    /** The key that turns names and addresses into numbers; empty without a shared secret. */
    static Optional<SipHash> throttles(ServiceConfig config, Secrets secrets) throws IOException {
        Optional<KeyedHash> key = derived(config, secrets, "countersign throttles v1");
        return key.map(hash -> {
            try (hash) {
                byte[] whole = hash.mac(new byte[] {1});
                return SipHash.of(Arrays.copyOf(whole, SipHash.KEY));
            }
        });
    }

    /** By which the canaries of all instances are known; of our own alone without a secret. */
    static CanaryMark canary(ServiceConfig config, Secrets secrets, SecureRandom random)
            throws IOException {
        return derived(config, secrets, "countersign canaries v1")
                .map(CanaryMark::new)
                .orElseGet(() -> CanaryMark.own(random));
    }

    /** The key of what instances say to one another over NATS. */
    static Optional<KeyedHash> peers(ServiceConfig config, Secrets secrets) throws IOException {
        return derived(config, secrets, PEERS);
    }

    /**
     * The name by which instances find one another: as hard to guess as a key, but shown to whoever
     * listens, so nothing else may be derived from it.
     */
    static Optional<String> gridName(ServiceConfig config, Secrets secrets) throws IOException {
        Optional<KeyedHash> key = derived(config, secrets, "countersign grid name v1");
        return key.map(hash -> {
            try (hash) {
                return "cs-" + hash.fingerprint("hazelcast 5.7 " + config.cluster());
            }
        });
    }

    private static Optional<KeyedHash> derived(ServiceConfig config, Secrets secrets, String label)
            throws IOException {
        Optional<SecretSource> source = config.keys().clusterSecret();
        return source.isEmpty()
                ? Optional.empty()
                : Optional.of(derived(source.get(), secrets, label));
    }

    /** A key of any secret. */
    static KeyedHash derived(SecretSource source, Secrets secrets, String label)
            throws IOException {
        byte[] secret = secrets.bytes(source);
        byte[] key = Hkdf.derive(secret, label, BYTES);
        try {
            return KeyedHash.of(key);
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] own(SecureRandom random) {
        log.warn(
                "keys.cluster-secret is not set: fingerprints differ between instances and starts");
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return secret;
    }
}
