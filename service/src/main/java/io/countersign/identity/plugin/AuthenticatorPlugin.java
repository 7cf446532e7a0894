// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.plugin;

import io.countersign.identity.Backend;

/**
 * Makes authenticators of a type that is not ours. Found by {@link java.util.ServiceLoader}: name
 * the class in {@code META-INF/services/io.countersign.identity.plugin.AuthenticatorPlugin} of your
 * jar. ops/docs/auth-plugin.md has an example that a test compiles and loads.
 */
public interface AuthenticatorPlugin {
    /** What {@code plugin.type} calls it. */
    String type();

    /**
     * Makes one. Must not ask anybody yet.
     *
     * @throws IllegalArgumentException if the settings are not what they should be; the message
     *     becomes a problem of the configuration and must not repeat a secret
     */
    Backend create(PluginContext context);
}
