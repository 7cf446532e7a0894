// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.NKey;
import io.countersign.identity.Cidr;
import io.countersign.identity.users.PasswordHash;
import io.countersign.identity.users.User;
import io.countersign.identity.users.UserDirectory;
import io.countersign.protocol.ConnectionType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with bad ones stands in {@code bad/users-*}: {@link BadFilesTest}. */
class UsersFileTest {
    private static final Instant END = Instant.parse("2036-12-31T00:00:00Z");
    private static final int MANY = 1_000;

    @TempDir Path folder;
    private final Problems problems = new Problems();

    @Test
    void read_everyKey_isInTheUser() throws Exception {
        User alice = good(text("users-full.yaml")).getFirst();

        assertThat(alice.name()).isEqualTo("alice");
        assertThat(alice.password().map(PasswordHash::cost)).contains("argon2id m=19456,t=2,p=1");
        assertThat(alice.tokens())
                .singleElement()
                .satisfies(token -> {
                    assertThat(token.id()).isEqualTo("laptop");
                    assertThat(token.expires()).contains(END);
                });
        assertThat(alice.nkeys())
                .extracting(NKey::text)
                .containsExactly("UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUVAL");
        assertThat(alice.groups()).containsExactly("sensors");
        assertThat(alice.attributes())
                .isEqualTo(Map.of("site", List.of("north"), "roles", List.of("a", "b")));
        assertThat(alice.networks()).containsExactly(Cidr.parse("10.0.0.0/8"), Cidr.parse("::1"));
        assertThat(alice.connectionTypes())
                .isEqualTo(Set.of(ConnectionType.STANDARD, ConnectionType.WEBSOCKET));
        assertThat(alice.expires()).contains(END);
        assertThat(alice.disabled()).isTrue();
    }

    @Test
    void read_userWithAPasswordOnly_hasNothingElse() throws Exception {
        User bob = good(text("users-full.yaml")).getLast();

        assertThat(bob.password().map(PasswordHash::cost)).contains("bcrypt cost=12");
        assertThat(bob.tokens()).isEmpty();
        assertThat(bob.nkeys()).isEmpty();
        assertThat(bob.networks()).isEmpty();
        assertThat(bob.connectionTypes()).isEmpty();
        assertThat(bob.expires()).isEmpty();
        assertThat(bob.disabled()).isFalse();
    }

    @Test
    void read_noUsers_isAFileWithoutUsers() throws Exception {
        assertThat(good("version: 1\nusers: []\n")).isEmpty();
    }

    @Test
    void read_missingFile_isAProblemOfIt() {
        Path missing = folder.resolve("users.yaml");

        assertThat(UsersFile.read(missing, problems)).isEmpty();
        assertThat(problems.list()).containsExactly(new Problem(missing, 0, "", "no such file"));
    }

    /** One bad user keeps the whole file out: half a list of users is nobody's intention. */
    @Test
    void read_oneBadUser_givesNoUsers() throws Exception {
        String text = text("users-full.yaml") + "  - {name: carol, password: plain}\n";

        assertThat(read(text)).isEmpty();
        assertThat(problems.list()).hasSize(1);
    }

    @Test
    void read_aThousandUsers_areADirectory() throws Exception {
        StringBuilder text = new StringBuilder("version: 1\nusers:\n");
        for (int i = 0; i < MANY; i++) {
            text.append("  - name: sensor-").append(i).append('\n');
            text.append("    tokens: [{id: a, hash: \"sha256:%064x\"}]\n".formatted(i));
        }

        assertThat(new UserDirectory(good(text.toString())).size()).isEqualTo(MANY);
    }

    /** A file of another kind, given by mistake: thousands of problems, and still an answer. */
    @Test
    void read_tenThousandBadUsers_areTenThousandProblems() throws Exception {
        read("version: 1\nusers:\n" + "  - {name: alice, password: plain}\n".repeat(10_000));

        assertThat(problems.list()).hasSizeGreaterThanOrEqualTo(10_000);
    }

    private List<User> good(String text) throws IOException {
        Optional<List<User>> users = read(text);
        assertThat(problems.list()).isEmpty();
        return users.orElseThrow();
    }

    private Optional<List<User>> read(String text) throws IOException {
        return UsersFile.read(Files.writeString(folder.resolve("users.yaml"), text), problems);
    }

    private static String text(String name) throws IOException {
        try (var in = UsersFileTest.class.getResourceAsStream("good/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
