// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.callout.Secrets;
import io.countersign.config.SecretSource;
import io.countersign.config.ServiceConfig;
import io.countersign.crypto.Hkdf;
import io.countersign.crypto.KeyedHash;
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

    private ClusterSecret() {}

    /**
     * The key for fingerprints of credentials and presented names: equal on all instances, so that
     * entries can be compared.
     */
    static KeyedHash fingerprints(ServiceConfig config, Secrets secrets, SecureRandom random)
            throws IOException {
        Optional<SecretSource> source = config.keys().clusterSecret();
        byte[] secret = source.isPresent() ? secrets.bytes(source.get()) : own(random);
        byte[] key = Hkdf.derive(secret, "countersign fingerprints v1", BYTES);
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
