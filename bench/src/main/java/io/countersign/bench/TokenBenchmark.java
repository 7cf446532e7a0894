// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.crypto.pkcs11.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to sign on a PKCS#11 token, against the same key's kind in the process: an allow
 * takes two signatures. For any token that has a key; {@code ops/docs/seeds.md} has the command.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 3)
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class TokenBenchmark {
    /** As long as an answer with a user JWT in it. */
    private static final byte[] MESSAGE = new byte[1200];

    private Signer inProcess;
    private Signer onToken;
    private Token token;

    /**
     * Reads the system properties {@code pkcs11.module}, {@code .label}, {@code .pin} (a file),
     * {@code .key}.
     */
    @Setup
    public void open() throws IOException, InvalidKey {
        try (Seed seed = Seed.generate(NKeyType.ACCOUNT, new SecureRandom())) {
            inProcess = Ed25519.best().signer(seed);
        }
        Path pin = Path.of(property("pin"));
        token =
                Token.open(
                        Path.of(property("module")),
                        property("label"),
                        () ->
                                Files.readString(pin)
                                        .strip()
                                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        onToken = token.signer(property("key"), NKeyType.ACCOUNT);
    }

    private static String property(String name) {
        return Objects.requireNonNull(
                System.getProperty("pkcs11." + name), () -> "pkcs11." + name + ": not set");
    }

    @TearDown
    public void close() {
        token.close();
    }

    @Benchmark
    public byte[] inProcess() {
        return inProcess.sign(MESSAGE);
    }

    @Benchmark
    public byte[] onToken() {
        return onToken.sign(MESSAGE);
    }
}
