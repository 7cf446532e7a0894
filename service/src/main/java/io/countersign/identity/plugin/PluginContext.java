// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.plugin;

import io.countersign.identity.Credential;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Secret;
import java.util.Map;

/**
 * What a plug-in gets.
 *
 * @param source name in the configuration: the source of every principal that it proves
 * @param settings of the configuration
 * @param secrets of the configuration, opened
 */
public record PluginContext(
        String source,
        Map<String, String> settings,
        Map<String, Secret> secrets,
        CredentialFingerprints fingerprints) {
    public PluginContext {
        settings = Map.copyOf(settings);
        secrets = Map.copyOf(secrets);
    }

    /** How an answer names a credential. */
    public CredentialRef ref(Credential credential) {
        return fingerprints.of(credential);
    }
}
