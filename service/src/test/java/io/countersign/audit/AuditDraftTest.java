// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.TreeHash;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Principal;
import io.countersign.protocol.ClientInfo;
import io.countersign.protocol.ConnectOptions;
import io.countersign.protocol.Permissions;
import io.countersign.protocol.ServerId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AuditDraftTest {
    private static final String MARKER = "S3cr3tMarker";

    private final AtomicLong nanos = new AtomicLong(5);
    private final Clock clock = Clock.fixed(Entries.NOW, ZoneOffset.UTC);
    private final AuditDrafts drafts =
            new AuditDrafts(
                    "n1",
                    new EntryIds(clock, new Random(1)),
                    clock,
                    nanos::get,
                    text -> "h:" + text.length());

    @Test
    void stage_severalStages_tookInTheirOrder() {
        AuditDraft draft = drafts.decision("5f2c").stage("open");
        nanos.addAndGet(12_900);
        draft.stage("verify");
        nanos.addAndGet(71_000);
        draft.stage("open");
        nanos.addAndGet(1_100);
        AuditEntry entry = draft.dropped("stale-request", "");
        assertThat(entry.took().toString()).isEqualTo("{open=14, verify=71}");
    }

    @Test
    void start_newLogOfAnInstanceThatHadOne_namesItsLastCheckpoint() {
        AuditEntry start =
                drafts.start(
                        "5f2c",
                        Optional.of(
                                new Checkpoint("countersign/east/n1/0a", 4711, TreeHash.EMPTY)));
        assertThat(start.kind()).isEqualTo(Kind.START);
        assertThat(start.detail())
                .startsWith("continues countersign/east/n1/0a at 4711 with root 47DEQ");
        assertThat(drafts.start("5f2c", Optional.empty()).detail()).isEmpty();
    }

    @Test
    void dropped_nothingKnownYet_isStillAnEntry() {
        AuditDraft draft = drafts.decision("5f2c");
        AuditEntry entry = draft.dropped("undecryptable", "too short");
        assertThat(entry.id()).isEqualTo(draft.id());
        assertThat(entry.time()).isEqualTo(Entries.NOW);
        assertThat(entry.decision()).isEqualTo("drop");
        assertThat(entry.reason()).isEqualTo("undecryptable");
        assertThat(entry.took()).isEqualTo(Map.of());
        assertThat(entry.client()).isEmpty();
    }

    @Test
    void allowed_everythingKnown_namesWhoWhatAndWhere() throws Exception {
        AuditEntry entry =
                asked(connect("ann", MARKER, "", ""))
                        .proved(
                                new Identity(
                                        new Principal("ldap", "ann"),
                                        new CredentialRef(CredentialKind.PASSWORD, "h:9"),
                                        Set.of(),
                                        Map.of(),
                                        Optional.empty()))
                        .granted("APP", Permissions.NONE, Entries.NOW.plusSeconds(60))
                        .degraded("throttle-local")
                        .degraded("throttle-local")
                        .allowed("staff");
        assertThat(entry.principal()).isEqualTo("ldap:ann");
        assertThat(entry.source()).isEqualTo("ldap");
        assertThat(entry.presented()).contains(new Presented("ann", "h:3"));
        assertThat(entry.account()).isEqualTo("APP");
        assertThat(entry.rule()).isEqualTo("staff");
        assertThat(entry.permissions().orElseThrow().publish().deny()).containsExactly(">");
        assertThat(entry.client().orElseThrow().address()).isEqualTo("10.0.0.7");
        assertThat(entry.client().orElseThrow().name()).isEqualTo("billing");
        assertThat(entry.masked()).containsExactly("pass");
        assertThat(entry.degraded()).containsExactly("throttle-local");
    }

    @Test
    void asks_anyCredential_leavesNoSecretInTheEntry() throws Exception {
        for (ConnectOptions connect :
                List.of(
                        connect("ann", MARKER, "", ""),
                        connect("", "", MARKER, ""),
                        connect("", "", "", MARKER),
                        connect(MARKER, MARKER, "", ""),
                        connect(MARKER, "", MARKER, ""),
                        connect("eyJhbGciOiJub25lIn0.eyJ" + MARKER + ".", "", "", ""),
                        connect("SU" + "A".repeat(44) + "SECRETMARKER", "", "", ""))) {
            String json =
                    new String(
                            asked(connect).denied("bad-credential", "", "").encoded(),
                            StandardCharsets.US_ASCII);
            assertThat(json).doesNotContain(MARKER).doesNotContain("SECRETMARKER");
        }
    }

    private AuditDraft asked(ConnectOptions connect) throws Exception {
        NKey server =
                NKey.of(
                        NKeyType.SERVER,
                        new byte[] {
                            9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 9, 8, 7, 6,
                            5, 4, 3, 2, 1, 0, 1, 2
                        });
        return drafts.decision("5f2c")
                .asks(
                        new ServerId(
                                server, "s1", "h", "2.15.1", "east", List.of(), Optional.empty()),
                        server,
                        new ClientInfo(
                                "10.0.0.7",
                                118,
                                MARKER,
                                "billing",
                                List.of(),
                                "",
                                "Client",
                                "nats",
                                "",
                                MARKER),
                        connect);
    }

    private static ConnectOptions connect(String user, String pass, String token, String jwt) {
        return new ConnectOptions(jwt, "", jwt, token, user, pass, "", "go", "1.48.0", 1);
    }
}
