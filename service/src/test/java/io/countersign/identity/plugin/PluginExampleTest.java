// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.crypto.KeyedHash;
import io.countersign.identity.Authenticator;
import io.countersign.identity.AuthenticatorContract;
import io.countersign.identity.Backend;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.Secret;
import io.countersign.kit.Requests;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles the example of auth-plugin.md, puts it into a jar and loads it as an operator would. */
class PluginExampleTest extends AuthenticatorContract {
    private static final Path PAGE = Path.of("../ops/docs/auth-plugin.md");
    private static final String BEGIN = "<!-- plugin-example -->\n```java\n";

    @TempDir static Path folder;
    private static Path jar;
    private static Backend loaded;

    @BeforeAll
    static void load() throws IOException {
        String page = Files.readString(PAGE);
        int start = page.indexOf(BEGIN) + BEGIN.length();
        String example = page.substring(start, page.indexOf("```", start));
        Path source = folder.resolve("AllowList.java");
        Path classes = Files.createDirectory(folder.resolve("classes"));
        Files.writeString(source, example);
        int result =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-proc:none",
                                "-d",
                                classes.toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                source.toString());
        assertThat(result).isZero();
        jar = folder.resolve("allow-list.jar");
        pack(classes);
        loaded = Plugins.load(Optional.of(jar), "allow-list", context("shared secret"));
    }

    private static void pack(Path classes) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream all = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, all);
            }
            all.putNextEntry(
                    new JarEntry(
                            "META-INF/services/"
                                    + "io.countersign.identity.plugin.AuthenticatorPlugin"));
            all.write("com.example.AllowList\n".getBytes(StandardCharsets.UTF_8));
        }
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
