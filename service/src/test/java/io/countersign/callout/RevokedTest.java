// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.cluster.Revocation;
import io.countersign.cluster.RevocationBook;
import io.countersign.cluster.RevocationKind;
import io.countersign.cluster.RevocationSeal;
import io.countersign.cluster.RevocationStore;
import io.countersign.cluster.Session;
import io.countersign.crypto.KeyedHash;
import io.countersign.identity.Authentication;
import io.countersign.kit.Requests;
import io.countersign.policy.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is revoked does not get in, and the entry says by which revocation. */
class RevokedTest {
    private static final UUID ID = UUID.fromString("01900000-0000-7000-8000-00000000000a");
    private final CalloutFixture path = new CalloutFixture();
    private RevocationBook book;

    @TempDir Path folder;

    @BeforeEach
    void open() throws IOException {
        RevocationSeal seal = new RevocationSeal(KeyedHash.of(new byte[32]));
        RevocationStore store = RevocationStore.open(folder.resolve("r.db"), seal);
        book = RevocationBook.open(seal, store, path.revocations);
    }

    @AfterEach
    void close() {
        book.close();
    }

    private Revocation revoke(RevocationKind kind, String value) {
        Revocation it =
                new Revocation(
                        ID,
                        kind,
                        value,
                        "laptop stolen",
                        "ann",
                        Requests.NOW,
                        Optional.empty(),
                        1,
                        false);
        book.enter(it);
        return it;
    }

    private void assertRevoked(RevocationKind kind, String value) {
        revoke(kind, value);
        Outcome outcome = path.callout().answer(path.sealed(path.client("alice", "secret")));
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        no -> assertThat(no.reason()).isEqualTo(Reason.REVOKED));
        AuditEntry entry = path.trail.entries().getLast();
        assertThat(entry.detail()).isEqualTo(kind.word() + " " + ID);
        assertThat(entry.principal()).isEqualTo("users:alice");
        assertThat(path.sessions.all()).isEmpty();
    }

    @Test
    void answer_revokedPrincipal_isRefused() {
        assertRevoked(RevocationKind.PRINCIPAL, "users:alice");
    }

    @Test
    void answer_revokedAccount_isRefused() {
        assertRevoked(RevocationKind.ACCOUNT, "APP");
    }

    @Test
    void answer_revokedNetwork_isRefused() {
        assertRevoked(RevocationKind.ADDRESS, "0.0.0.0/0");
    }

    @Test
    void answer_liftedRevocation_letsInAgain() {
        Revocation it = revoke(RevocationKind.PRINCIPAL, "users:alice");
        book.enter(it.lifted("bob", "found", Requests.NOW));
        assertThat(path.callout().answer(path.sealed(path.client("alice", "secret"))))
                .isInstanceOf(Outcome.Allowed.class);
    }

    @Test
    void answer_reaskOfARevokedSession_isRefused() {
        Callout callout = path.callout();
        callout.answer(path.sealed(path.client("alice", "secret")));
        Session session = path.sessions.all().findFirst().orElseThrow();
        // What the session authenticator makes of the same connection, asked about again.
        path.door = () -> new Authentication.Authenticated(session.resumable());
        assertThat(callout.answer(path.sealed(path.client("alice", ""))))
                .isInstanceOf(Outcome.Allowed.class);
        Session again = path.sessions.all().findFirst().orElseThrow();
        path.door = () -> new Authentication.Authenticated(again.resumable());

        revoke(RevocationKind.SESSION, session.userKey().text());
        assertThat(callout.answer(path.sealed(path.client("alice", ""))))
                .isInstanceOf(Outcome.Refused.class);
    }
}
