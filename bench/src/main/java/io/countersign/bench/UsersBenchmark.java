// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.config.Problems;
import io.countersign.config.UsersFile;
import io.countersign.identity.users.UserDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A list of 100,000 users, from the file to the directory that logins ask: it has to load in less
 * than 3 s (issue 7).
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(5)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class UsersBenchmark {
    static final int USERS = 100_000;

    /** What users log in with. */
    public enum Kind {
        PASSWORDS,
        TOKENS
    }

    /** The text of a list of so many users. */
    static String many(Kind kind, int users) {
        Random random = new Random(1); // the same file each time; nothing in it is a secret
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        StringBuilder text = new StringBuilder("version: 1\nusers:\n");
        for (int i = 0; i < users; i++) {
            byte[] salt = new byte[16];
            byte[] hash = new byte[32];
            random.nextBytes(salt);
            random.nextBytes(hash);
            String proof =
                    switch (kind) {
                        case PASSWORDS ->
                                "password: \"$argon2id$v=19$m=19456,t=2,p=1$%s$%s\""
                                        .formatted(
                                                base64.encodeToString(salt),
                                                base64.encodeToString(hash));
                        case TOKENS ->
                                "tokens: [{id: first, hash: \"sha256:%s\"}]"
                                        .formatted(HexFormat.of().formatHex(hash));
                    };
            text.append(
                    """
                      - name: client-%d
                        %s
                        groups: [staff, group-%d]
                        attributes: {site: [north, east]}
                    """
                            .formatted(i, proof, i % 100));
        }
        return text.toString();
    }

    static UserDirectory load(Path file) {
        Problems problems = new Problems();
        UsersFile.Loaded loaded = UsersFile.load(file, problems).orElseThrow();
        UserDirectory directory = new UserDirectory(loaded.users());
        directory.decoy(new SecureRandom());
        return directory;
    }

    /** A file, unread. */
    @State(Scope.Benchmark)
    // JMH calls the set-up methods before anything else.
    @SuppressWarnings("NullAway.Init")
    public static class Written {
        @Param public Kind kind;
        private Path file;

        @Setup(Level.Trial)
        public void write() throws IOException {
            file = Files.createTempFile("users", ".yaml");
            Files.writeString(file, many(kind, USERS));
        }

        @TearDown(Level.Trial)
        public void remove() throws IOException {
            Files.delete(file);
        }
    }

    /** The first load of a JVM, once in each of five. */
    @Benchmark
    public UserDirectory load(Written it) {
        return load(it.file);
    }

    /** The same in an instance, which has read its settings before with the same code. */
    @Benchmark
    public UserDirectory loadAfterAnother(Written it, Another before) {
        return load(it.file);
    }

    /** A list of one user, loaded before. */
    @State(Scope.Benchmark)
    public static class Another {
        @Setup(Level.Trial)
        public void read() throws IOException {
            Path one = Files.createTempFile("users", ".yaml");
            load(Files.writeString(one, many(Kind.PASSWORDS, 1)));
            Files.delete(one);
        }
    }
}
