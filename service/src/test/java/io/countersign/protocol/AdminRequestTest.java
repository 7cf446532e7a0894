// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A request is worth something for one verb, body, cluster and minute, and nothing beyond. */
class AdminRequestTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String ID = "0123456789abcdef0123456789abcdef";
    private static final byte[] BODY = "{}".getBytes(StandardCharsets.US_ASCII);
    private final Ed25519 ed25519 = Ed25519.best();
    private final Signer admin = ed25519.signer(Seed.generate(NKeyType.USER, new SecureRandom()));
    private final byte[] token = AdminRequest.sign(ID, "revoke", BODY, "prod", "bob", NOW, admin);

    private AdminRequest verify(String verb, byte[] body, String cluster, Instant now)
            throws InvalidJwt {
        return AdminRequest.verify(token, verb, body, cluster, now, Duration.ofSeconds(5), ed25519);
    }

    @Test
    void verify_asSigned_namesIdAdminAndWhomItIsFor() throws InvalidJwt {
        assertThat(verify("revoke", BODY, "prod", NOW.plusSeconds(20)))
                .isEqualTo(new AdminRequest(ID, admin.key(), "revoke", "bob"));
    }

    @Test
    void verify_anotherVerbBodyClusterOrTime_isRefused() {
        assertRefused("unrevoke", BODY, "prod", NOW);
        assertRefused("revoke", new byte[0], "prod", NOW);
        assertRefused("revoke", BODY, "test", NOW);
        assertRefused("revoke", BODY, "prod", NOW.plusSeconds(61));
        assertRefused("revoke", BODY, "prod", NOW.minusSeconds(10));
    }

    private void assertRefused(String verb, byte[] body, String cluster, Instant now) {
        assertThatThrownBy(() -> verify(verb, body, cluster, now)).isInstanceOf(InvalidJwt.class);
    }

    @Test
    void verify_anyByteChanged_isRefused() {
        for (int i = 0; i < token.length; i++) {
            byte[] changed = token.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() ->
                            AdminRequest.verify(
                                    changed,
                                    "revoke",
                                    BODY,
                                    "prod",
                                    NOW,
                                    Duration.ofSeconds(5),
                                    ed25519))
                    .as("byte %d", i)
                    .isInstanceOf(InvalidJwt.class);
        }
    }
}
