// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** The plug-in of auth-plugin.md, in a jar as an operator would make it. */
public final class PluginExample {
    private static final Path PAGE = Path.of("../ops/docs/auth-plugin.md");
    private static final String BEGIN = "<!-- plugin-example -->\n```java\n";

    private PluginExample() {}

    /** Compiles what the page shows; the jar is in this folder. */
    public static Path jar(Path folder) {
        Path source = folder.resolve("AllowList.java");
        Path classes = folder.resolve("classes");
        Path jar = folder.resolve("allow-list.jar");
        Io.run(() -> {
            String page = Files.readString(PAGE);
            int start = page.indexOf(BEGIN) + BEGIN.length();
            Files.writeString(source, page.substring(start, page.indexOf("```", start)));
            compile(source, Files.createDirectory(classes));
            pack(classes, jar);
        });
        return jar;
    }

    private static void compile(Path source, Path classes) {
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
        if (result != 0) {
            throw new IllegalStateException(
                    "auth-plugin.md: the example does not compile: " + result);
        }
    }

    private static void pack(Path classes, Path jar) {
        Io.run(() -> {
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
        });
    }
}
