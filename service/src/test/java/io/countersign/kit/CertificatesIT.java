// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CertificatesIT {
    @TempDir private Path dir;
    private Certificates certificates;

    @BeforeEach
    void create() {
        certificates = Certificates.create(dir, Clock.systemUTC());
    }

    /** A server that maps what a client certificate says to a user. */
    private String verifyAndMap() {
        Certificates.Identity server = certificates.server();
        return """
        tls { cert_file: "%s", key_file: "%s", ca_file: "%s", verify_and_map: true }
        authorization { users: [
          { user: "alice@example.com", permissions: { publish: { allow: ["mail"] } } }
          { user: "CN=bob,OU=billing", permissions: { publish: { allow: ["bills"] } } }
        ] }
        """
                .formatted(
                        server.certificateFile(), server.keyFile(), certificates.authorityFile());
    }

    private RawClient connect(NatsServer server, Optional<Certificates.Identity> client) {
        return RawClient.connectTls("localhost", server.port(), certificates.sslContext(client));
    }

    @ParameterizedTest
    @EnumSource
    void client_alternativeNameAndSubject_areWhatTheServerMaps(NatsBinary binary) {
        var alice =
                certificates.client(
                        "CN=whoever", "email:alice@example.com", "uri:spiffe://kit/alice");
        var bob = certificates.client("CN=bob,OU=billing");
        try (NatsServer server = NatsServer.start(binary, verifyAndMap());
                RawClient asAlice = connect(server, Optional.of(alice));
                RawClient asBob = connect(server, Optional.of(bob))) {
            assertThat(asAlice.login(Map.of())).isInstanceOf(Login.Admitted.class);
            assertThat(asAlice.canPublish("mail")).isTrue();
            assertThat(asBob.login(Map.of())).isInstanceOf(Login.Admitted.class);
            assertThat(asBob.canPublish("bills")).isTrue();
            assertThat(asBob.canPublish("mail")).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void client_noneOrExpired_isNotLetIn(NatsBinary binary) {
        var expired = certificates.expiredClient("CN=bob,OU=billing");
        try (NatsServer server = NatsServer.start(binary, verifyAndMap());
                RawClient none = connect(server, Optional.empty());
                RawClient late = connect(server, Optional.of(expired))) {
            assertThat(none.login(Map.of())).isInstanceOf(Login.Closed.class);
            assertThat(late.login(Map.of())).isInstanceOf(Login.Closed.class);
        }
    }

    @Test
    void sslContext_serverOfAnotherAuthority_isNotTrusted(@TempDir Path elsewhere) {
        Certificates strangers = Certificates.create(elsewhere, Clock.systemUTC());
        try (NatsServer server = NatsServer.start(NatsBinary.NEWEST, verifyAndMap())) {
            assertThatThrownBy(() ->
                            RawClient.connectTls(
                                    "localhost",
                                    server.port(),
                                    strangers.sslContext(Optional.empty())))
                    .isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void keyFile_anyIdentity_isReadableByItsOwnerOnly() throws Exception {
        Path file = certificates.client("CN=ann").keyFile();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }
}
