// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.plugin;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.crypto.KeyedHash;
import io.countersign.identity.Authenticator;
import io.countersign.identity.AuthenticatorContract;
import io.countersign.identity.Backend;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.Secret;
import io.countersign.kit.PluginExample;
import io.countersign.kit.Requests;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles the example of auth-plugin.md, puts it into a jar and loads it as an operator would. */
class PluginExampleTest extends AuthenticatorContract {
    @TempDir static Path folder;
    private static Path jar;
    private static Backend loaded;

    @BeforeAll
    static void load() {
        jar = PluginExample.jar(folder);
        loaded = Plugins.load(Optional.of(jar), "allow-list", context("shared secret"));
    }

    private static PluginContext context(String secret) {
        return new PluginContext(
                "own",
                Map.of("names", "ann ben"),
                secret.isEmpty() ? Map.of() : Map.of("shared", Secret.of(secret)),
                new CredentialFingerprints(KeyedHash.of(new byte[32])));
    }

    @AfterAll
    static void close() {
        loaded.close();
    }

    @Override
    protected Authenticator authenticator() {
        return loaded;
    }

    @Override
    protected Requests good() {
        return Requests.server().password("ann", "shared secret");
    }

    @Override
    protected Requests forged() {
        return Requests.server().password("ann", "a wrong one");
    }

    @Override
    protected Requests foreign() {
        return Requests.server().password("cara", "shared secret");
    }

    @Override
    protected List<String> secrets() {
        return List.of("shared secret", "a wrong one");
    }

    @Test
    void load_otherTypeOrBadSettings_isRefusedWithWhatThereIs() {
        assertThatThrownBy(() -> Plugins.load(Optional.of(jar), "radius", context("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no plug-in of type radius (there are: allow-list)");
        assertThatThrownBy(() -> Plugins.load(Optional.of(jar), "allow-list", context("")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("secrets.shared: missing");
        assertThatThrownBy(() -> Plugins.load(Optional.empty(), "allow-list", context("x")))
                .hasMessageContaining("there are: none");
    }
}
