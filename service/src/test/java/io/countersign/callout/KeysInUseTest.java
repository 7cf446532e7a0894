// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.identity.Authentication;
import io.countersign.kit.Requests;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a request tells of the keys that its server has. */
class KeysInUseTest {
    private final CalloutFixture path = new CalloutFixture();

    KeysInUseTest() {
        path.door = () -> new Authentication.Authenticated(path.identity("alice"));
    }

    @Test
    void saw_requestsOfTwoServers_tellsTheKeyOfEach() {
        Callout callout = path.callout();
        Requests older = path.client("alice", "secret");
        Requests newer = path.client("alice", "secret");
        callout.answer(path.sealed(newer));
        callout.answer(forOlder(older));

        assertThat(path.keys.all())
                .extracting(KeysInUse.Use::server, KeysInUse.Use::xkey, KeysInUse.Use::subject)
                .containsExactlyInAnyOrder(
                        tuple(
                                newer.serverId(),
                                Optional.of(path.newer.key()),
                                path.issuer.key().text()),
                        tuple(
                                older.serverId(),
                                Optional.of(path.older.key()),
                                path.issuer.key().text()));
    }

    /** Whoever is not a server of ours proves nothing. */
    @Test
    void saw_unknownServer_isNotNoted() {
        path.servers = (_, _) -> false;
        path.callout().answer(path.sealed(path.client("alice", "secret")));
        assertThat(path.keys.all()).isEmpty();

        path.servers = KnownServers.ANY;
        path.callout().answer(path.sealed(path.client("alice", "secret")));
        assertThat(path.keys.all()).hasSize(1);
    }

    private Inbound forOlder(Requests client) {
        Requests.Sealed box = client.sealed(path.older.key());
        return CalloutFixture.inbound(box.payload(), box.serverXKey().text());
    }

    @Test
    void saw_sentinels_tellsWhoSignedThem() {
        Callout callout = path.callout();
        String key = account();
        String other = account();
        for (String jwt : List.of(token(key), token(other), token(key), "no token", "a.b.c")) {
            callout.answer(path.sealed(path.client("alice", "secret").jwt(jwt)));
        }

        assertThat(path.keys.sentinels())
                .extracting(KeysInUse.Sentinel::key)
                .containsOnly(key, other);
    }

    private static String account() {
        try (Seed seed = Seed.generate(NKeyType.ACCOUNT, CalloutFixture.RANDOM)) {
            return seed.publicKey().text();
        }
    }

    private static String token(String issuer) {
        return "eyJ."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(
                                "{\"iss\":\"%s\"}"
                                        .formatted(issuer)
                                        .getBytes(StandardCharsets.UTF_8))
                + ".sig";
    }
}
