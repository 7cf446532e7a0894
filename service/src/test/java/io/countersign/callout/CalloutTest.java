// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import static io.countersign.callout.CalloutFixture.inbound;
import static io.countersign.callout.CalloutFixture.opened;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.audit.AuditEntry;
import io.countersign.crypto.XKeyBox;
import io.countersign.identity.Authentication;
import io.countersign.kit.Requests;
import io.countersign.policy.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The whole page, in memory: which messages are answered, how, and which are met with silence. */
class CalloutTest {
    private final CalloutFixture path = new CalloutFixture();

    // Checklist 2, 40, 41, 48.
    @Test
    void answer_goodLogin_isAYesForThisServerAndUserInItsBox() {
        Requests alice = path.client("alice", "secret");
        JsonNode yes =
                opened(alice, allowed(path.callout().answer(path.sealed(alice))), path.newer);

        assertThat(yes.path("aud").asText()).isEqualTo(alice.serverId().text());
        JsonNode user =
                CalloutFixture.claims(
                        yes.at("/nats/jwt").asText().getBytes(StandardCharsets.US_ASCII));
        assertThat(yes.path("sub").asText()).isEqualTo(user.path("sub").asText()).startsWith("U");
        assertThat(yes.path("nats").has("error")).isFalse();
        assertThat(user.path("aud").asText()).isEqualTo("APP");
        assertThat(path.sessions.all()).hasSize(1);
    }

    // Checklist 40, 41, 44.
    @Test
    void answer_wrongPassword_isANoForThisServerAndUserWithoutAnyName() {
        Requests alice = path.client("alice", "guess");
        Outcome outcome = path.callout().answer(path.sealed(alice));

        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        JsonNode no = opened(alice, ((Outcome.Refused) outcome).answer(), path.newer);
        assertThat(no.path("aud").asText()).isEqualTo(alice.serverId().text());
        assertThat(no.path("sub").asText()).startsWith("U");
        assertThat(no.path("nats").has("jwt")).isFalse();
        assertThat(no.at("/nats/error").asText())
                .matches("bad-credential [0-9a-f-]{36}")
                .doesNotContain("guess", "alice");
        assertThat(path.sessions.all()).isEmpty();
    }

    /** Whoever reads the entry has to know that nobody was asked. */
    @Test
    void answer_byAnOlderYes_isMarkedInTheEntry() {
        path.door = () -> new Authentication.Authenticated(path.identity("alice"), true);
        assertThat(path.callout().answer(path.sealed(path.client("alice", "x"))))
                .isInstanceOf(Outcome.Allowed.class);
        assertThat(path.trail.last().degraded()).containsExactly("stale-answer");

        path.door = () -> new Authentication.Authenticated(path.identity("alice"));
        path.callout().answer(path.sealed(path.client("alice", "x")));
        assertThat(path.trail.last().degraded()).isEmpty();
    }

    // Checklist 3.
    @Test
    void answer_noReplySubject_isDroppedUnread() {
        Inbound whole = path.sealed(path.client("alice", "secret"));
        Inbound mute =
                new Inbound(
                        whole.payload(),
                        whole.serverXKeys(),
                        false,
                        whole.arrived(),
                        whole.arrivedNanos());

        assertDropped(path.callout().answer(mute), Reason.FORGED_REQUEST);
        assertThat(path.asked).hasValue(0);
    }

    // Checklist 4, 5.
    @Test
    void answer_emptyTinyOrRandomPayload_isDropped() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Callout callout = path.callout();
        String key = Requests.server().serverBox().key().text();
        for (int length : new int[] {0, 1, 3, 4, 43, 44, 45, 400, 5000}) {
            byte[] rubbish = new byte[length];
            random.nextBytes(rubbish);
            assertThat(callout.answer(inbound(rubbish, key)))
                    .as("seed %d, %d bytes", seed, length)
                    .isEqualTo(new Outcome.Dropped(Reason.UNDECRYPTABLE));
        }
        path.sealed = false;
        Callout clear = path.callout();
        for (int length : new int[] {0, 3, 400}) {
            byte[] rubbish = new byte[length];
            random.nextBytes(rubbish);
            assertThat(clear.answer(inbound(rubbish)))
                    .as("seed %d, %d bytes", seed, length)
                    .isEqualTo(new Outcome.Dropped(Reason.FORGED_REQUEST));
        }
    }

    // Checklist 19.
    @Test
    void answer_clearWhereSealedIsConfigured_isDroppedAndTheOtherWayRound() {
        Requests alice = path.client("alice", "secret");
        assertDropped(path.callout().answer(inbound(alice.clear())), Reason.UNDECRYPTABLE);
        // The header alone does not make it sealed.
        assertDropped(
                path.callout().answer(inbound(alice.clear(), alice.serverBox().key().text())),
                Reason.UNDECRYPTABLE);

        path.sealed = false;
        assertDropped(path.callout().answer(path.sealed(alice)), Reason.UNDECRYPTABLE);
        assertThat(path.callout().answer(inbound(alice.clear())))
                .isInstanceOf(Outcome.Allowed.class);
    }

    // Checklist 20.
    @Test
    void answer_headerMissingTwiceOrNoKey_isDropped() {
        Requests alice = path.client("alice", "secret");
        byte[] payload = path.sealed(alice).payload();
        String key = alice.serverBox().key().text();
        String other = Requests.server().serverBox().key().text();
        for (List<String> headers :
                List.of(
                        List.<String>of(),
                        List.of(key, key),
                        List.of(""),
                        List.of(key.toLowerCase(Locale.ROOT)),
                        List.of(alice.serverId().text()),
                        List.of(other))) {
            assertThat(path.callout().answer(inbound(payload, headers.toArray(String[]::new))))
                    .as(headers::toString)
                    .isEqualTo(new Outcome.Dropped(Reason.UNDECRYPTABLE));
        }
    }

    // Checklist 21.
    @Test
    void answer_boxOfAnotherServerThanTheSigned_isDropped() {
        Requests alice = path.client("alice", "secret");
        XKeyBox relay = CalloutFixture.box();
        byte[] resealed = relay.seal(alice.clearOfSealed(), path.newer.key());
        assertDropped(
                path.callout().answer(inbound(resealed, relay.key().text())),
                Reason.FORGED_REQUEST);
    }

    // Checklist 22, 49.
    @Test
    void answer_sealedForTheOldKey_goesBackInABoxOfTheOldKey() throws Exception {
        Requests alice = path.client("alice", "secret");
        Requests.Sealed old = alice.sealed(path.older.key());
        byte[] answer =
                allowed(path.callout().answer(inbound(old.payload(), old.serverXKey().text())));
        assertThat(new String(answer, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("xkv1");
        assertThat(opened(alice, answer, path.older).path("aud").asText())
                .isEqualTo(alice.serverId().text());
    }

    // Checklist 23.
    @Test
    void answer_serverThatIsNotOurs_isDroppedBeforeAnybodyIsAsked() {
        path.servers = (server, deadline) -> false;
        assertDropped(
                path.callout().answer(path.sealed(path.client("alice", "secret"))),
                Reason.UNKNOWN_SERVER);
        assertThat(path.asked).hasValue(0);
    }

    // Checklist 26: the kit gives all requests of one second the same jti.
    @Test
    void answer_twoQuestionsWithOneJti_bothAreAnswered() {
        Requests alice = path.client("alice", "secret");
        Callout callout = path.callout();
        assertThat(callout.answer(path.sealed(alice.cid(1)))).isInstanceOf(Outcome.Allowed.class);
        assertThat(callout.answer(path.sealed(alice.cid(2)))).isInstanceOf(Outcome.Allowed.class);
        assertThat(path.sessions.all()).hasSize(2);
    }

    // Checklist 27.
    @Test
    void answer_sameQuestionTwice_isAnsweredOnceWithOneSession() {
        Inbound question = path.sealed(path.client("alice", "secret"));
        Callout callout = path.callout();
        assertThat(callout.answer(question)).isInstanceOf(Outcome.Allowed.class);
        assertDropped(callout.answer(question), Reason.REPLAYED_REQUEST);
        assertThat(path.sessions.all()).hasSize(1);
        assertThat(path.asked).hasValue(1);
    }

    // Checklist 28.
    @Test
    void answer_deadlinePassedWhileItWaited_isDroppedUnworked() {
        Inbound fresh = path.sealed(path.client("alice", "secret"));
        Inbound late =
                new Inbound(
                        fresh.payload(),
                        fresh.serverXKeys(),
                        true,
                        fresh.arrived(),
                        System.nanoTime() - Duration.ofMinutes(1).toNanos());
        assertDropped(path.callout().answer(late), Reason.OVERLOADED);
        assertThat(path.asked).hasValue(0);
    }

    // Checklist 47.
    @Test
    void answer_ourOwnFault_isSilenceAndRecorded() {
        path.door =
                () -> {
                    throw new IllegalStateException("broken with secret");
                };
        assertDropped(
                path.callout().answer(path.sealed(path.client("alice", "secret"))),
                Reason.INTERNAL_ERROR);
        assertThat(path.trail.last().toString()).doesNotContain("broken with secret");
    }

    // Checklist 46, 47.
    @Test
    void answer_backendUnreachable_isSilenceOrANoAsConfigured() {
        path.door = () -> new Authentication.Unavailable("ldap", "timed out");
        assertDropped(
                path.callout().answer(path.sealed(path.client("alice", "secret"))),
                Reason.BACKEND_UNAVAILABLE);

        path.whenUnable = WhenUnable.DENY;
        Requests alice = path.client("alice", "secret");
        Outcome told = path.callout().answer(path.sealed(alice));
        assertThat(told).isInstanceOf(Outcome.Refused.class);
        JsonNode no = opened(alice, ((Outcome.Refused) told).answer(), path.newer);
        assertThat(no.at("/nats/error").asText()).startsWith("backend-unavailable ");
    }

    @Test
    void answer_entryCannotBeRecorded_isSilenceWithoutASession() {
        path.trail.breakDown();
        for (String password : List.of("secret", "guess")) {
            assertThat(path.callout().answer(path.sealed(path.client("alice", password))))
                    .isEqualTo(new Outcome.Dropped(Reason.AUDIT_UNAVAILABLE));
        }
        assertThat(path.sessions.all()).isEmpty();
    }

    // Checklist 52.
    @Test
    void answer_accountWithoutAKeyOfOurs_isRefusedBeforeAnythingIsSigned() {
        Requests bob = path.client("bob", "secret");
        Outcome outcome = path.callout().answer(path.sealed(bob));
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        r -> assertThat(r.reason()).isEqualTo(Reason.ACCOUNT_NOT_ALLOWED));
        assertThat(opened(bob, ((Outcome.Refused) outcome).answer(), path.newer).path("nats"))
                .noneMatch(member -> member.asText().startsWith("eyJ"));
        assertThat(path.sessions.all()).isEmpty();
    }

    // Checklist 78.
    @Test
    void answer_secondConnectOnOneConnection_replacesItsSession() {
        Requests connection = path.client("alice", "secret").cid(9);
        Callout callout = path.callout();
        allowed(callout.answer(path.sealed(connection)));
        String first = path.sessions.all().findFirst().orElseThrow().userKey().text();
        allowed(callout.answer(path.sealed(connection)));

        assertThat(path.sessions.all()).hasSize(1);
        assertThat(path.sessions.all().findFirst().orElseThrow().userKey().text())
                .isNotEqualTo(first);
    }

    // Checklist 29.
    @Test
    void answer_anyOutcome_leavesNoSecretInTheEntry() {
        String password = "pass-that-nobody-may-read";
        String token = "token-that-nobody-may-read";
        Callout callout = path.callout();
        callout.answer(path.sealed(path.client("alice", password)));
        callout.answer(path.sealed(path.client("alice", "secret").token(token).jwt("jwt-of-it")));
        Requests named = path.client("alice", password);
        named.tweak(claims -> ((ObjectNode) claims.at("/nats/client_info")).put("user", token));
        callout.answer(path.sealed(named));

        assertThat(path.trail.entries()).hasSize(3);
        assertThat(path.trail.entries())
                .extracting(AuditEntry::toString)
                .allSatisfy(text -> assertThat(text).doesNotContain(password, token, "jwt-of-it"));
    }

    private static byte[] allowed(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Allowed.class);
        return ((Outcome.Allowed) outcome).answer();
    }

    private static void assertDropped(Outcome outcome, Reason reason) {
        assertThat(outcome).isEqualTo(new Outcome.Dropped(reason));
    }
}
