// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.callout.SigningKeys;
import io.countersign.config.Mode;
import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.SigningKey;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Public halves of the service's keys, newest first.
 *
 * @param accounts operator mode: signing keys by the account's name in the configuration
 */
record OwnKeys(List<NKey> xkeys, List<NKey> issuers, Map<String, List<NKey>> accounts) {
    OwnKeys {
        xkeys = List.copyOf(xkeys);
        issuers = List.copyOf(issuers);
        accounts = Map.copyOf(accounts);
    }

    static OwnKeys read(ServiceConfig config, Secrets secrets) throws IOException, InvalidKey {
        SigningKeys signing = new SigningKeys(Ed25519.best(), secrets);
        Map<String, List<NKey>> accounts = new LinkedHashMap<>();
        if (config.mode() instanceof Mode.Operator operator) {
            for (Map.Entry<String, Mode.Account> each : operator.accounts().entrySet()) {
                accounts.put(each.getKey(), signers(each.getValue().signingKeys(), signing));
            }
        }
        return new OwnKeys(
                boxes(config.keys().xkeys(), secrets),
                signers(config.keys().issuers(), signing),
                accounts);
    }

    private static List<NKey> signers(List<SigningKey> wanted, SigningKeys signing)
            throws IOException, InvalidKey {
        List<NKey> keys = new ArrayList<>();
        for (SigningKey key : wanted) {
            keys.add(signing.signer(key, NKeyType.ACCOUNT).key());
        }
        return keys;
    }

    private static List<NKey> boxes(List<SecretSource> sources, Secrets secrets)
            throws IOException, InvalidKey {
        List<NKey> keys = new ArrayList<>();
        for (SecretSource source : sources) {
            try (Seed seed = secrets.seed(source, NKeyType.CURVE)) {
                keys.add(seed.publicKey());
            }
        }
        return keys;
    }
}
