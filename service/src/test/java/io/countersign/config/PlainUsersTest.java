// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.identity.users.User;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users that the fast way takes are those that schema and readers take. */
class PlainUsersTest {
    private static final String HASH =
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    private static final String BCRYPT =
            "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    private static final String NKEY = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";
    private static final ConfigSchema SCHEMA = UsersFile.schema();

    /** What a user is made of: much of it good, much of it wrong or twice. */
    private static final List<String> PARTS =
            List.of(
                    "name: ann",
                    "name: bob",
                    "name: \"\"",
                    "name: 5",
                    "name: [ann]",
                    "name: \"" + "x".repeat(257) + "\"",
                    "password: \"" + HASH + "\"",
                    "password: \"" + BCRYPT + "\"",
                    "password: \"" + HASH.replace("t=2", "t=0") + "\"",
                    "password: secret",
                    "password: {a: b}",
                    "tokens: [{id: a, hash: \"sha256:" + "0a".repeat(32) + "\"}]",
                    "tokens: [{id: b, hash: \"sha256:" + "0b".repeat(32) + "\"}]",
                    "tokens: [{id: B, hash: \"sha256:" + "0c".repeat(32) + "\"}]",
                    "tokens: [{id: a, hash: \"sha256:" + "0C".repeat(32) + "\"}]",
                    "tokens: [{hash: \"sha256:" + "0d".repeat(32) + "\"}]",
                    "tokens: [{id: a, hash: \"sha256:"
                            + "0e".repeat(32)
                            + "\", expires: 2026-12-31T00:00:00Z}]",
                    "tokens: [{id: a, hash: x, id2: y}]",
                    "tokens: []",
                    "nkeys: [" + NKEY + "]",
                    "nkeys: [" + NKEY + ", " + NKEY + "]",
                    "nkeys: [A" + NKEY.substring(1) + "]",
                    "nkeys: " + NKEY,
                    "nkeys: []",
                    "groups: [a, b]",
                    "groups: [a, a]",
                    "groups: a",
                    "groups: [1]",
                    "groups: []",
                    "groups: [\"" + "g".repeat(1025) + "\"]",
                    "attributes: {site: [north, east], floor: \"3\"}",
                    "attributes: {site: []}",
                    "attributes: {site: 3}",
                    "attributes: {site: [[a]]}",
                    "attributes: {}",
                    "attributes: [a]",
                    "networks: [10.0.0.0/8]",
                    "networks: [10.0.0.1/8]",
                    "connections: [nats]",
                    "expires: 2026-12-31T00:00:00Z",
                    "disabled: true",
                    "disabled: yes",
                    "groops: [a]");

    @Test
    void read_usersOfAllKinds_areReadFast() {
        String text =
                """
                version: 1
                users:
                  - name: ann
                    password: "%s"
                    groups: [a, b]
                    attributes: {site: [north, east], floor: "3"}
                  - name: bob
                    tokens: [{id: first, hash: "sha256:%s"}]
                    disabled: true
                  - name: käthe
                    nkeys: [%s]
                """
                        .formatted(HASH, "0a".repeat(32), NKEY);

        assertThat(PlainUsers.read(yaml(text).root())).isPresent();
        assertThat(PlainUsers.read(text, YamlLimits.USERS)).isPresent();
        assertThat(agree(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "version: 2\nusers: []",
                "version: 1.0\nusers: []",
                "version: 1",
                "users: []",
                "version: 1\nusers: []\nx: 1",
                "version: 1\nusers: {users: [a]}",
                "version: 1\nusers:\n  users:\n    - name: ann\n",
                "a",
                "[a]"
            })
    void read_otherFiles_areLeftToTheOthers(String text) {
        assertThat(PlainUsers.read(yaml(text).root())).isEmpty();
        assertThat(PlainUsers.read(text, YamlLimits.USERS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "users:\n- name: ann\n  nkeys: [%s]\nversion: 1\n",
                "version: 1\nusers: [{name: ann, nkeys: [%s]}]\n",
                "# all of them\nversion: 1\nusers:\n\n  - name: ann # she\n    nkeys:\n      - %s"
            })
    void read_anyOrderAndStyle_isReadFast(String text) {
        String filled = text.formatted(NKEY);

        assertThat(PlainUsers.read(filled, YamlLimits.USERS)).isPresent();
        assertThat(agree(filled)).isTrue();
    }

    /** What was handed over before does not count when a later line is for the other parser. */
    @Test
    void read_unusualBehindGoodUsers_isNotReadFast() {
        String text =
                "version: 1\nusers:\n  - name: ann\n    nkeys: [%s]\n  - &b {name: bob}\n"
                        .formatted(NKEY);

        assertThat(PlainUsers.read(text, YamlLimits.USERS)).isEmpty();
    }

    @Test
    void read_anyUsers_areReadAlikeOrLeft() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int read = 0;
        for (int i = 0; i < 3_000; i++) {
            StringBuilder text = new StringBuilder("version: 1\nusers:\n");
            int users = 1 + random.nextInt(2);
            for (int u = 0; u < users; u++) {
                text.append(random.nextInt(8) == 0 ? "  - x: y\n" : "  - name: n" + u + "\n");
                int parts = 1 + random.nextInt(3);
                for (int p = 0; p < parts; p++) {
                    String part = PARTS.get(random.nextInt(PARTS.size()));
                    text.append(part.startsWith("name") ? "    groups: [q]" : "    " + part);
                    text.append('\n');
                }
            }
            try {
                read += agree(text.toString()) ? 1 : 0;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed %d:%n%s".formatted(seed, text), e);
            }
        }
        assertThat(read).as("seed %d: files that are read", seed).isGreaterThan(40);
    }

    @Test
    void read_eachPartByItself_isReadAlikeOrLeft() {
        for (String part : PARTS) {
            agree("version: 1\nusers:\n  - " + part + "\n");
            agree("version: 1\nusers:\n  - nkeys: [" + NKEY + "]\n    " + part + "\n");
            agree("version: 1\nusers:\n  - name: z\n    " + part + "\n");
        }
    }

    /** Whether the fast way took it; then the other one must have, with the same users. */
    private static boolean agree(String text) {
        Problems problems = new Problems();
        Optional<YamlFile> yaml = YamlFile.parse(Path.of("x.yaml"), text.getBytes(UTF_8), problems);
        if (yaml.isEmpty() || !problems.isEmpty()) {
            return false;
        }
        Optional<List<User>> fast = PlainUsers.read(yaml.get().root());
        Optional<List<User>> fastest = PlainUsers.read(text, YamlLimits.USERS);
        assertThat(fastest.isEmpty() || fastest.equals(fast)).isTrue();
        if (fast.isPresent()) {
            assertThat(UsersFile.of(yaml.get(), problems, SCHEMA)).isEqualTo(fast);
            assertThat(problems.list()).isEmpty();
        }
        return fast.isPresent();
    }

    private static YamlFile yaml(String text) {
        return YamlFile.parse(Path.of("x.yaml"), text.getBytes(UTF_8), new Problems())
                .orElseThrow();
    }
}
