// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The service as Maven has packaged it, which the system property {@code countersign.jar} names,
 * with the AOT cache that {@code ops/aot-cache} makes beside it: the many processes of the server
 * tests start in a fraction of the time. Thread-safe.
 */
public final class Packaged {
    private static final Path OPS = Path.of("..", "ops").toAbsolutePath().normalize();

    /** A start, a login and a whole cache; a busy machine takes ten times what an idle one does. */
    private static final long LIMIT_SECONDS = 300;

    private Packaged() {}

    /** Once in the life of the JVM. */
    private static final class Cache {
        private static final Optional<Path> OF_THE_JAR = jar().flatMap(Packaged::made);
    }

    private static Optional<Path> jar() {
        return Optional.of(System.getProperty("countersign.jar", ""))
                .filter(name -> !name.isEmpty())
                .map(name -> Path.of(name).toAbsolutePath().normalize());
    }

    /** What goes before the arguments of our command; empty if there is no jar. */
    static Optional<List<String>> options() {
        return jar().map(jar -> {
            List<String> options = new ArrayList<>();
            cache().ifPresent(cache -> options.add("-XX:AOTCache=" + cache));
            // On standard output, where the JVM would tell what it thinks of a cache, is our
            // answer.
            options.addAll(List.of("-Xlog:disable", "-jar", jar.toString()));
            return options;
        });
    }

    /**
     * The cache, made if there is none of this very jar. Empty if there is no jar, or the script
     * failed: then everything just starts as if there were none, and a test of the script says why.
     */
    public static Optional<Path> cache() {
        return Cache.OF_THE_JAR;
    }

    private static Optional<Path> made(Path jar) {
        String name = jar.getFileName().toString().replaceFirst("\\.jar$", "");
        Path cache = jar.resolveSibling(name + ".aot");
        // Another JVM with tests may be about to make it too.
        try (FileChannel file =
                        FileChannel.open(
                                jar.resolveSibling(name + ".aot.lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock _ = file.lock()) {
            return isOf(jar, cache) || isMade(jar) ? Optional.of(cache) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOf(Path jar, Path cache) throws IOException {
        return Files.exists(cache)
                && Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) > 0;
    }

    private static boolean isMade(Path jar) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(OPS.resolve("aot-cache").toString(), jar.toString())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("COUNTERSIGN_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("NATS_SERVER", NatsBinary.NEWEST.path().toString());
        Process process = builder.start();
        try {
            if (process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroy(); // its trap ends what it has started
        return false;
    }
}
