// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.setup.conf.ServerUser.Credential;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read out of a server's configuration, and what is said about the rest. */
class ServerLoginsTest {
    private static final String KEY = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";

    @TempDir Path dir;

    @Test
    void read_everySyntax_givesTheSameUsers() throws Exception {
        List<String> forms =
                List.of(
                        "accounts { A { users: [ {user: ann, password: s3cret} ] } }",
                        "accounts = {\n A = {\n users = [\n {user = 'ann', pass = \"s3cret\"}\n ]\n}\n}",
                        "{\"accounts\": {\"A\": {\"users\": [{\"username\": \"ann\", \"password\": \"s3cret\"}]}}}",
                        "SECRET: s3cret # of Ann\naccounts { A { users [ { user: ann; password: $SECRET; } ] } } // end",
                        "accounts { A { users: [ {USER: ann, Password: $FROM_OUTSIDE} ] } }",
                        "accounts { include part.conf }");
        Files.writeString(
                dir.resolve("part.conf"), "A { users: [ {user: ann, password: \"s3\\x63ret\"} ] }");
        for (String form : forms) {
            ServerLogins logins = read(form);
            assertThat(logins.accounts()).as(form).containsExactly("A");
            assertThat(logins.users())
                    .as(form)
                    .singleElement()
                    .satisfies(user -> {
                        assertThat(user.name()).isEqualTo("ann");
                        assertThat(user.account()).isEqualTo("A");
                        assertThat(user.credential()).isEqualTo(new Credential.Password("s3cret"));
                        assertThat(user.rights()).isEqualTo(Rights.ALL);
                    });
        }
    }

    @Test
    void read_bareBcryptHash_isNoVariable() throws Exception {
        String hash = "$2a$04$abcdefghijklmnopqrstuuKBAOqFBoG0Kc1XU4gZVOdPMbI6AyyyO";

        assertThat(only("authorization { user: ann, password: " + hash + " }").credential())
                .isEqualTo(new Credential.Hash(hash));
    }

    @Test
    void read_permissions_meanWhatServersMakeOfThem() throws Exception {
        Map<String, Rights> expected =
                Map.of(
                        "{ publish: \"a.>\" }",
                        rights(side("a.>"), Rights.Side.ALL, Optional.empty()),
                        "{ pub: [a, b], sub: { allow: [c], deny: d } }",
                        rights(
                                side("a", "b"),
                                new Rights.Side(List.of("c"), List.of("d")),
                                Optional.empty()),
                        "{ subscribe: { deny: secret } }",
                        rights(
                                Rights.Side.ALL,
                                new Rights.Side(List.of(">"), List.of("secret")),
                                Optional.empty()),
                        "{ allow_responses: true }",
                        rights(
                                side(),
                                Rights.Side.ALL,
                                Optional.of(new Rights.Responses(1, Duration.ofMinutes(2)))),
                        "{ publish: a, allow_responses: { max: 5, expires: \"1m30s\" } }",
                        rights(
                                side("a"),
                                Rights.Side.ALL,
                                Optional.of(new Rights.Responses(5, Duration.ofSeconds(90)))),
                        "{ subscribe: { deny: [\"a.>\", \"a.b workers\"] } }",
                        rights(
                                Rights.Side.ALL,
                                new Rights.Side(List.of(">"), List.of("a.>")),
                                Optional.empty()));
        expected.forEach((text, rights) ->
                assertThat(only(user("password: x, permissions: " + text)).rights())
                        .as(text)
                        .isEqualTo(rights));
    }

    @Test
    void read_defaultPermissions_areForUsersWithoutTheirOwn() throws Exception {
        ServerLogins logins =
                read(
                        """
                        accounts { A {
                          default_permissions: { publish: "d" }
                          users: [ {user: ann, password: x}, {user: bob, password: x, permissions: {}} ]
                        } }
                        """);

        assertThat(logins.users())
                .extracting(user -> user.rights().publish())
                .containsExactly(side("d"), Rights.Side.ALL);
    }

    @Test
    void read_whatCannotBeSaid_leavesTheUserOutAndSaysWhy() throws Exception {
        Map<String, String> cases =
                Map.of(
                        "password: x, proxy_required: true",
                        "has proxy_required",
                        "password: x, permissions: { publish: { deny: \"a*\" } }",
                        "denied \"a*\"",
                        "password: x, permissions: { sub: { deny: [\"a.*\", \"*.b q\"] } }",
                        "overlap",
                        "password: \"$2a$20$abcdefghijklmnopqrstuuKBAOqFBoG0Kc1XU4gZVOdPMbI6AyyyO\"",
                        "costs too much",
                        "permissions: {}",
                        "has no password",
                        "password: x, allowed_connection_types: [IN_PROCESS]",
                        "in no way");
        for (Map.Entry<String, String> one : cases.entrySet()) {
            ServerLogins logins = read(user(one.getKey()));
            assertThat(logins.users()).as(one.getKey()).isEmpty();
            assertThat(logins.notes())
                    .as(one.getKey())
                    .anySatisfy(note -> {
                        assertThat(note.kind()).isEqualTo(Note.Kind.LEFT_OUT);
                        assertThat(note.toString())
                                .startsWith("nats-server.conf:1: user ann of A")
                                .contains(one.getValue());
                    });
        }
    }

    @Test
    void read_otherWaysIn_areNamed() throws Exception {
        ServerLogins logins =
                read(
                        """
                        no_auth_user: guest
                        tls { verify_and_map: true }
                        mqtt { port: 1883, no_auth_user: guest }
                        leafnodes { authorization { user: leaf, password: hidden } }
                        system_account: ROOT
                        accounts {
                          ROOT { users: [ {user: root, password: hidden} ] }
                          A { exports: [ { stream: "a" } ], users: [ {nkey: %s} ] }
                        }
                        authorization { token: hidden }
                        """
                                .formatted(KEY));

        assertThat(logins.accounts()).containsExactly("A", "APP");
        assertThat(logins.users()).extracting(ServerUser::name).containsExactly(KEY, "token");
        assertThat(logins.notes().toString())
                .contains(
                        "nats-server.conf:1: no_auth_user",
                        "nats-server.conf:2: tls.verify_and_map",
                        "nats-server.conf:3: mqtt.no_auth_user",
                        "nats-server.conf:4: leafnodes.authorization",
                        "nats-server.conf:7: 1 in the system account ROOT",
                        "nats-server.conf:8: exports of account A",
                        "the user token now",
                        "leafnodes (nats-server.conf:4)")
                .doesNotContain("hidden");
        assertThat(logins.toString()).doesNotContain("hidden");
    }

    @Test
    void read_whatIsNoStaticConfiguration_isRefusedWithItsPlace() {
        Map<String, String> cases =
                Map.of(
                        "port: 4222\noperator: op.jwt", "nats-server.conf:2: operator",
                        "authorization { auth_callout { issuer: A } }", ":1: auth_callout",
                        "accounts {\n A {", ":2: the file ends in the middle",
                        "authorization { password: $NOT_THERE }", ":1: $NOT_THERE is not known",
                        "include nats-server.conf", "includes without end",
                        "include nothing.conf", "nothing.conf: cannot be read");
        cases.forEach((text, message) ->
                assertThatThrownBy(() -> read(text))
                        .as(text)
                        .isInstanceOf(ConfInvalid.class)
                        .hasMessageContaining(message));
    }

    private static String user(String entries) {
        return "accounts { A { users: [ {user: ann, " + entries + "} ] } }";
    }

    private ServerUser only(String text) {
        try {
            ServerLogins logins = read(text);
            assertThat(logins.users()).as(() -> text + logins.notes()).hasSize(1);
            return logins.users().getFirst();
        } catch (Exception e) {
            throw new AssertionError(text, e);
        }
    }

    private ServerLogins read(String text) throws Exception {
        Path file = Files.writeString(dir.resolve("nats-server.conf"), text);
        return ServerLogins.read(
                file, name -> name.equals("FROM_OUTSIDE") ? "s3cret" : null, "APP");
    }

    private static Rights.Side side(String... allow) {
        return new Rights.Side(List.of(allow), List.of());
    }

    private static Rights rights(
            Rights.Side publish, Rights.Side subscribe, Optional<Rights.Responses> responses) {
        return new Rights(publish, subscribe, responses);
    }
}
