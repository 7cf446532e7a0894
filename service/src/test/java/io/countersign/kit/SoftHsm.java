// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Debian's SoftHSM 2 with one token. A PKCS#11 module belongs to the process, so all tests of a JVM
 * share it; keys have labels of their own. Thread-safe.
 */
public final class SoftHsm {
    public static final String TOKEN = "countersign-test";
    public static final String PIN = "9-pin-of-the-test";

    /** RFC 8410: what stands in front of the 32 bytes. */
    private static final byte[] PKCS8 = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final List<Path> MODULES =
            List.of(
                    Path.of("/usr/lib/softhsm/libsofthsm2.so"),
                    Path.of("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
                    Path.of("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"));

    private final Path folder;
    private final Path settings;
    private int keys;

    /** Made when first used. */
    private static final class Shared {
        private static final SoftHsm HSM = new SoftHsm();
    }

    private SoftHsm() {
        folder = Io.get(() -> Files.createTempDirectory("softhsm"));
        settings = folder.resolve("softhsm2.conf");
        Path tokens = folder.resolve("tokens");
        Io.get(() -> Files.createDirectory(tokens));
        Io.get(() ->
                Files.writeString(
                        settings,
                        "directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n"
                                .formatted(tokens)));
        environment(settings.toString());
        util("--init-token", "--free", "--label", TOKEN, "--so-pin", "so-" + PIN, "--pin", PIN);
        Runtime.getRuntime().addShutdownHook(new Thread(this::remove));
    }

    public static SoftHsm shared() {
        return Shared.HSM;
    }

    /** The module asks the C library, which knows nothing of what Java takes for environment. */
    @SuppressWarnings("restricted")
    private static void environment(String settings) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle setenv =
                    Linker.nativeLinker()
                            .downcallHandle(
                                    Linker.nativeLinker()
                                            .defaultLookup()
                                            .find("setenv")
                                            .orElseThrow(),
                                    FunctionDescriptor.of(
                                            ValueLayout.JAVA_INT,
                                            ValueLayout.ADDRESS,
                                            ValueLayout.ADDRESS,
                                            ValueLayout.JAVA_INT));
            int failed =
                    (int)
                            setenv.invokeExact(
                                    arena.allocateFrom("SOFTHSM2_CONF"),
                                    arena.allocateFrom(settings),
                                    1);
            assertThat(failed).isZero();
        } catch (Throwable e) {
            throw new IllegalStateException("setenv", e);
        }
    }

    /** The library, wherever this Debian has it. */
    public Path module() {
        return MODULES.stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError("no SoftHSM (expected: Debian's package softhsm2)"));
    }

    /** Brings an nkey's seed to the token, as an operator would who moves a key there. */
    public synchronized void bring(String label, String seed) {
        byte[] coded = Arrays.copyOf(PKCS8, PKCS8.length + 32);
        System.arraycopy(decoded(seed), 2, coded, PKCS8.length, 32);
        Path pem = folder.resolve("key.pem");
        Io.get(() ->
                Files.writeString(
                        pem,
                        "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                                .formatted(Base64.getEncoder().encodeToString(coded))));
        keys++;
        util(
                "--import",
                pem.toString(),
                "--token",
                TOKEN,
                "--label",
                label,
                "--id",
                "%02x".formatted(keys),
                "--pin",
                PIN);
    }

    private static byte[] decoded(String seed) {
        byte[] bytes = new byte[seed.length() * 5 / 8];
        int buffer = 0;
        int bits = 0;
        int at = 0;
        for (int i = 0; i < seed.length(); i++) {
            buffer = (buffer << 5 | BASE32.indexOf(seed.charAt(i))) & 0xffff;
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                bytes[at++] = (byte) (buffer >> bits);
            }
        }
        return bytes;
    }

    private void util(String... arguments) {
        List<String> command = new ArrayList<>(List.of("softhsm2-util"));
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("SOFTHSM2_CONF", settings.toString());
            Process process = builder.start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
        } catch (IOException e) {
            throw new AssertionError("softhsm2-util (expected: Debian's package softhsm2)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void remove() {
        try (var files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> Io.get(() -> Files.deleteIfExists(file)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
