// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.audit.EntryIds;
import io.countersign.callout.AnswerSigner;
import io.countersign.callout.Envelope;
import io.countersign.callout.Generation;
import io.countersign.cluster.Revocation;
import io.countersign.cluster.RevocationBook;
import io.countersign.cluster.RevocationKind;
import io.countersign.cluster.RevocationSeal;
import io.countersign.cluster.RevocationStore;
import io.countersign.cluster.Revocations;
import io.countersign.config.Surroundings;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.KeyedHash;
import io.countersign.identity.Authentication;
import io.countersign.identity.Authenticator;
import io.countersign.identity.AuthenticatorChain;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.RequestVerifier;
import io.countersign.protocol.VerifiedRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recorded login, judged anew by what is in force. */
class ExplainActsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-03-01T00:00:00Z"), ZoneOffset.UTC);
    private static final String FINGERPRINT = "abcdefghijklmnopqrstuvwxyz";
    private static final String ALICE =
            """
            {"principal": "users:alice", "credential": {"kind": "nkey", "fingerprint": "abcdefghijklmnopqrstuvwxyz"},
             "client": {"address": "10.1.2.3", "kind": "Client", "type": "nats"}}
            """;

    @TempDir private Path temporary;
    private final Revocations revocations = new Revocations();
    private CommandFolder folder;
    private RevocationBook book;

    /** Proves nobody: nothing is proven here. */
    private static final class Nobody implements Authenticator {
        @Override
        public String source() {
            return "nobody";
        }

        @Override
        public Authentication authenticate(
                VerifiedRequest request, Instant now, Deadline deadline) {
            throw new IllegalStateException("an explanation asked for a proof");
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        folder = CommandFolder.in(temporary);
        RevocationSeal seal = new RevocationSeal(KeyedHash.of(new byte[32]));
        book =
                RevocationBook.open(
                        seal,
                        RevocationStore.open(temporary.resolve("revocations.db"), seal),
                        revocations);
    }

    @AfterEach
    void close() {
        book.close();
    }

    @Test
    void answer_knownUser_isAllowedWithTheGrantOfToday() throws Exception {
        JsonNode answer = explain(ALICE, "APP");

        assertThat(answer.path("allowed").asBoolean()).as(answer::toPrettyString).isTrue();
        assertThat(answer.path("rule").asText()).isEqualTo("sensors");
        assertThat(answer.path("revision").asText()).isEqualTo("r2");
        assertThat(answer.path("grant").path("publish").path("allow").path(0).asText())
                .isEqualTo("telemetry.alice.>");
        assertThat(answer.path("grant").path("expires").asText()).isEqualTo("2026-03-01T02:00:00Z");
    }

    @Test
    void answer_ruleOfThen_isGivenWithWhatItAsksForToday() throws Exception {
        JsonNode text =
                explain(ALICE.replaceFirst("\\{", "{\"rule\": \"sensors\", "), "APP")
                        .path("rule-text");

        assertThat(text.path("rule").asText()).isEqualTo("sensors");
        assertThat(text.path("denies").asBoolean()).isFalse();
        assertThat(text.path("when").toString())
                .contains("\"key\":\"groups\"")
                .contains("sensors")
                .contains("\"holds\":true");
        assertThat(explain(ALICE, "APP").has("rule-text")).isFalse();
    }

    @Test
    void answer_policyWithoutTheRule_isRefusedNow() throws Exception {
        folder.replace("policy.yaml", "groups: sensors", "groups: movers");
        folder.replace("policy.yaml", "site: north}}", "site: south}}");

        JsonNode answer = explain(ALICE, "APP");

        assertThat(answer.path("allowed").asBoolean()).isFalse();
        assertThat(answer.path("reason").asText()).isEqualTo("no-rule");
    }

    @Test
    void answer_userNoLongerListed_isRefusedAsAtALogin() throws Exception {
        JsonNode answer = explain("{\"principal\": \"users:carol\"}", "APP");

        assertThat(answer.path("reason").asText()).isEqualTo("no-authenticator");
        assertThat(answer.path("detail").asText()).contains("nobody of this name");
    }

    @Test
    void answer_credentialRevokedMeanwhile_isRefusedForThat() throws Exception {
        book.enter(
                new Revocation(
                        new EntryIds(CLOCK, new SecureRandom()).next(),
                        RevocationKind.CREDENTIAL,
                        FINGERPRINT,
                        "leaked",
                        "ann",
                        CLOCK.instant(),
                        Optional.empty(),
                        1,
                        false));

        assertThat(explain(ALICE, "APP").path("reason").asText()).isEqualTo("revoked");
    }

    @Test
    void answer_accountWithoutAKey_isRefusedForThat() throws Exception {
        JsonNode answer = explain(ALICE, "OTHER");

        assertThat(answer.path("reason").asText()).isEqualTo("account-not-allowed");
        assertThat(answer.path("rule").asText()).isEqualTo("sensors");
    }

    @Test
    void answer_groupsThatNoEntryHolds_saysWhichRulesAreOpen() throws Exception {
        folder.replace("policy.yaml", "when: {source: users, groups: ops", "when: {groups: ops");

        JsonNode answer =
                explain(
                        "{\"principal\": \"ldap:dave\", \"client\": {\"address\": \"10.1.2.3\"}}",
                        "APP");

        assertThat(answer.path("reason").asText()).isEqualTo("no-rule");
        assertThat(answer.path("open").findValuesAsText("rule"))
                .as(answer::toPrettyString)
                .containsExactly("operators", "everybody-of-north");
        assertThat(answer.path("open").path(0).path("asks").path(0).asText()).isEqualTo("groups");
    }

    @Test
    void answer_authenticatorThatIsGone_knowsNobody() throws Exception {
        JsonNode answer = explain("{\"principal\": \"sql:dave\"}", "APP");

        assertThat(answer.path("reason").asText()).isEqualTo("no-authenticator");
        assertThat(answer.path("detail").asText()).contains("sql");
    }

    @Test
    void answer_withoutAPrincipal_isNoQuestion() {
        for (String body :
                List.of("{}", "{\"principal\": \"alice\"}", "[]", "{\"principal\": 1}")) {
            assertThatThrownBy(() -> explain(body, "APP"))
                    .as(body)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected: SOURCE:NAME");
        }
    }

    private JsonNode explain(String body, String account) throws IOException {
        CheckedFiles files =
                new CheckedFiles(
                        folder.path().resolve("countersign.yaml"), Surroundings.ofProcess());
        assertThat(files.readPolicyAndUsers().isGood()).isTrue();
        Generation generation =
                new Generation(
                        "r2",
                        new Envelope.Clear(),
                        new RequestVerifier(Ed25519.best(), Set.of("A"), Duration.ZERO),
                        new AuthenticatorChain(List.of(), new Nobody()),
                        files.policy().orElseThrow().policy(),
                        Optional.empty(),
                        new AnswerSigner.OfStatic(Map.of(), Set.of(account)),
                        new Generation.People(files.users(), Set.of("users", "ldap")));
        byte[] answer =
                new ExplainActs("one", () -> generation, revocations, CLOCK)
                        .answer(JSON.readTree(body.getBytes(StandardCharsets.UTF_8)));
        return JSON.readTree(answer);
    }
}
