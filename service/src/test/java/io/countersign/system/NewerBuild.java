// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * A build to come: this one's sources, changed and compiled, with one more kind of revocation and
 * one more field in each record. Its classes stand before ours on the class path of an instance.
 */
final class NewerBuild {
    private static final Path SOURCES =
            Path.of(System.getProperty("basedir", "."), "src", "main", "java");
    private static final String PACKAGE = "io/countersign/";

    private static final Map<String, Map<String, String>> CHANGES =
            Map.of(
                    "cluster/RevocationKind.java",
                    Map.of(
                            "ISSUED_BEFORE(9, \"issued-before\");",
                            "ISSUED_BEFORE(9, \"issued-before\"), TENANT(10, \"tenant\");",
                            "case TOKEN, ISSUER,",
                            "case TENANT, TOKEN, ISSUER,"),
                    "cluster/Revocation.java",
                    Map.of(
                            "case ACCOUNT, ADDRESS, CLIENT, ISSUED_BEFORE ->",
                            "case ACCOUNT, ADDRESS, CLIENT, ISSUED_BEFORE, TENANT ->"),
                    "nats/live/Strays.java",
                    Map.of(
                            "case CREDENTIAL, TOKEN, ISSUER, SESSION ->",
                            "case CREDENTIAL, TOKEN, ISSUER, SESSION, TENANT ->"),
                    "cluster/RevocationSeal.java",
                    Map.of(
                            "byte[] body = Arrays.copyOf(out.array(), out.position());\n"
                                    + "        return new SignedRevocation(",
                            "out.put((byte) 7).putShort((short) 2).putShort((short) 4711);\n"
                                    + "        byte[] body = Arrays.copyOf(out.array(),"
                                    + " out.position());\n"
                                    + "        return new SignedRevocation("));

    private NewerBuild() {}

    /** Compiles it into the folder. */
    static void compile(Path folder) throws IOException {
        Path sources = Files.createDirectories(folder.resolve("sources"));
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-proc:none",
                                "-nowarn",
                                "-parameters",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                Files.createDirectories(classes(folder)).toString()));
        for (Map.Entry<String, Map<String, String>> file : CHANGES.entrySet()) {
            String text = Files.readString(SOURCES.resolve(PACKAGE + file.getKey()));
            for (Map.Entry<String, String> change : file.getValue().entrySet()) {
                assertThat(text).as(file.getKey()).contains(change.getKey());
                text = text.replace(change.getKey(), change.getValue());
            }
            Path changed = sources.resolve(file.getKey());
            Files.createDirectories(changed.getParent());
            Files.writeString(changed, text);
            arguments.add(changed.toString());
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new))).isZero();
    }

    static Path classes(Path folder) {
        return folder.resolve("classes");
    }
}
