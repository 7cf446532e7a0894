// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.plugin;

import io.countersign.identity.Backend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads plug-ins. Their code runs in this process and with all its rights. Stateless. */
public final class Plugins {
    private static final Logger log = LoggerFactory.getLogger(Plugins.class);

    private Plugins() {}

    /**
     * Loads one and makes an authenticator with it.
     *
     * @param jar where it is; empty: on our class path
     * @throws IllegalArgumentException if there is no such plug-in, or it refuses its settings
     */
    public static Backend load(Optional<Path> jar, String type, PluginContext context) {
        ClassLoader ours = Plugins.class.getClassLoader();
        Optional<URLClassLoader> own =
                jar.map(path -> new URLClassLoader(new URL[] {url(path)}, ours));
        try {
            AuthenticatorPlugin plugin = find(own.<ClassLoader>map(it -> it).orElse(ours), type);
            return new PluginBackend(context.source(), plugin.create(context), () -> close(own));
        } catch (ServiceConfigurationError | LinkageError e) {
            close(own);
            throw new IllegalArgumentException("plug-in cannot be loaded: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            close(own);
            throw e;
        } catch (RuntimeException e) {
            close(own);
            throw new IllegalArgumentException(
                    "plug-in failed: " + e.getClass().getSimpleName(), e);
        }
    }

    private static AuthenticatorPlugin find(ClassLoader loader, String type) {
        List<AuthenticatorPlugin> all =
                ServiceLoader.load(AuthenticatorPlugin.class, loader).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList();
        return all.stream()
                .filter(plugin -> plugin.type().equals(type))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "no plug-in of type %s (there are: %s)"
                                        .formatted(
                                                type,
                                                all.isEmpty()
                                                        ? "none"
                                                        : String.join(
                                                                ", ",
                                                                all.stream()
                                                                        .map(
                                                                                AuthenticatorPlugin
                                                                                        ::type)
                                                                        .toList()))));
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("jar: " + jar + " (expected: a file)", e);
        }
    }

    private static void close(Optional<URLClassLoader> loader) {
        try {
            if (loader.isPresent()) {
                loader.get().close();
            }
        } catch (IOException | UncheckedIOException e) {
            log.warn("a plug-in's jar could not be closed: {}", e.getMessage());
        }
    }
}
