// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Kind;
import io.countersign.audit.Shadow;
import io.countersign.crypto.NKeyType;
import io.countersign.kit.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole new generation takes the place of the old one, or nothing changes. */
class GenerationsTest {
    @TempDir private Path path;
    private ReloadFolder folder;
    private Generations generations;
    private Callout callout;

    @BeforeEach
    void open() throws IOException {
        folder = new ReloadFolder(path);
        generations = folder.generations();
        callout = folder.callout(generations);
    }

    @AfterEach
    void close() {
        folder.close();
    }

    @Test
    void reload_ofOtherUsersAndPolicy_swapsBothAndRecordsIt() throws Exception {
        String before = generations.current().revision();
        folder.edition("second");

        assertThat(generations.reload("SIGHUP")).isTrue();

        String after = generations.current().revision();
        assertThat(after).isNotEqualTo(before);
        AuditEntry entry = folder.trail.last();
        assertThat(entry.kind()).isEqualTo(Kind.RELOAD);
        assertThat(entry.revision()).isEqualTo(after);
        assertThat(entry.by()).isEqualTo("SIGHUP");
        assertThat(entry.reason()).isEqualTo("reloaded");
        assertThat(entry.detail()).contains(before);
        assertThat(login(ReloadFolder.PASSWORD).rule()).isEqualTo("rule-second");
        assertThat(generations.status().reloads()).isEqualTo(1);
    }

    @Test
    void reload_ofTheSameFiles_keepsTheRevision() {
        String before = generations.current().revision();
        assertThat(generations.reload("SIGHUP")).isTrue();
        assertThat(generations.current().revision()).isEqualTo(before);
    }

    @Test
    void reload_ofABrokenPolicyBesideGoodUsers_changesNothingAndTellsWhere() throws Exception {
        Generation before = generations.current();
        folder.write("users.yaml", ReloadFolder.users("second", ReloadFolder.PASSWORD));
        folder.write("policy.yaml", ReloadFolder.policy("second") + "    gran: {}\n");

        assertThat(generations.reload("file change")).isFalse();

        assertThat(generations.current()).isSameAs(before);
        assertThat(login(ReloadFolder.PASSWORD).rule()).isEqualTo("rule-first");
        AuditEntry entry = folder.trail.entries().getFirst();
        assertThat(entry.reason()).isEqualTo("reload-refused");
        assertThat(entry.revision()).isEqualTo(before.revision());
        assertThat(entry.detail()).contains("policy.yaml:6:");
        ReloadStatus status = generations.status();
        assertThat(status.refused().orElseThrow().problems())
                .singleElement()
                .asString()
                .startsWith("policy.yaml:6:");
        assertThat(status.refusals()).isEqualTo(1);
    }

    @Test
    void reload_mended_isInForceAndForgetsTheRefusal() throws Exception {
        folder.write("policy.yaml", "version: 1\nrules: 7\n");
        assertThat(generations.reload("file change")).isFalse();
        folder.edition("second");

        assertThat(generations.reload("file change")).isTrue();

        assertThat(generations.status().refused()).isEmpty();
        assertThat(login(ReloadFolder.PASSWORD).rule()).isEqualTo("rule-second");
    }

    @Test
    void reload_ofMissingFiles_changesNothing() throws Exception {
        Generation before = generations.current();
        for (String name : List.of("users.yaml", "keys/issuer.nk", "countersign.yaml")) {
            Files.delete(path.resolve(name));
            assertThat(generations.reload("file change")).as(name).isFalse();
            assertThat(generations.current()).isSameAs(before);
        }
    }

    @Test
    void retry_forTheSameReasons_saysNothingTwice() throws Exception {
        folder.write("policy.yaml", "version: 1\nrules: 7\n");
        generations.reload("file change");

        assertThat(generations.retry("file change")).isFalse();
        assertThat(folder.trail.entries()).hasSize(1);

        folder.edition("second");
        assertThat(generations.retry("file change")).isTrue();
        assertThat(folder.trail.last().reason()).isEqualTo("reloaded");
    }

    @Test
    void reload_ofAnotherPassword_isNotMetByARememberedOne() throws Exception {
        assertThat(login(ReloadFolder.PASSWORD).decision()).isEqualTo("allow");
        folder.write("users.yaml", ReloadFolder.users("first", "another"));

        generations.reload("file change");

        assertThat(login(ReloadFolder.PASSWORD).decision()).isEqualTo("deny");
        assertThat(login("another").decision()).isEqualTo("allow");
    }

    @Test
    void reload_withANewXkeyBeforeTheOld_keepsTheOldBoxAndWhatItKnows() throws Exception {
        Requests server = folder.alice(ReloadFolder.PASSWORD);
        callout.answer(folder.sealed(server));
        List<?> before = ((Envelope.Sealed) generations.current().envelope()).keys().boxes();
        String revision = generations.current().revision();
        folder.key("newer", NKeyType.CURVE);
        folder.replace("countersign.yaml", "[keys/xkey.nk]", "[keys/newer.nk, keys/xkey.nk]");

        assertThat(generations.reload("SIGHUP")).isTrue();

        List<?> after = ((Envelope.Sealed) generations.current().envelope()).keys().boxes();
        assertThat(after).hasSize(2);
        assertThat(after.getLast()).isSameAs(before.getFirst());
        assertThat(generations.current().revision()).isNotEqualTo(revision);
        assertThat(callout.answer(folder.sealed(server))).isInstanceOf(Outcome.Allowed.class);
    }

    @Test
    void reload_ofSettingsThatNeedARestart_namesThemAndTakesTheRest() throws Exception {
        folder.edition("second");
        folder.write(
                "countersign.yaml",
                Files.readString(path.resolve("countersign.yaml")).replace("4222", "4333")
                        + "when-unable: deny\nlimits: {clock-skew: 60s}\n");

        assertThat(generations.reload("SIGHUP")).isTrue();

        assertThat(generations.status().needRestart())
                .containsExactly("nats", "limits", "when-unable");
        assertThat(folder.trail.last().detail()).contains("need a restart: nats, limits");
        assertThat(login(ReloadFolder.PASSWORD).rule()).isEqualTo("rule-second");
    }

    @Test
    void reload_toTheOtherMode_isRefused() throws Exception {
        folder.write(
                "countersign.yaml",
                Files.readString(path.resolve("countersign.yaml"))
                        .replace("mode: static", "mode: operator")
                        .replace("nkey-seed: keys/callout.nk", "credentials: keys/callout.nk")
                        .replace("keys:\n", "keys:\n  callout-account: " + Requests.SUBJECT + "\n")
                        .replace(
                                "APP: {}",
                                "APP: {id: %s, signing-keys: [keys/issuer.nk]}"
                                        .formatted(folder.issuer.text())));

        assertThat(generations.reload("SIGHUP")).isFalse();
        assertThat(generations.status().refused().orElseThrow().problems())
                .containsExactly("countersign.yaml: mode: another one needs a restart");
    }

    @Test
    void refusedReload_ofFilesFullOfSecrets_showsNone() throws Exception {
        String seed = Files.readString(path.resolve("keys/callout.nk")).strip();
        Files.writeString(path.resolve("keys/issuer.nk"), seed); // of the wrong type
        folder.write("users.yaml", ReloadFolder.users("first", "x").replace("$m=8", "$m=" + seed));
        folder.replace("countersign.yaml", "instance: one", "instance: " + seed);

        assertThat(generations.reload("SIGHUP")).isFalse();
        folder.replace("countersign.yaml", "instance: " + seed, "instance: one");
        assertThat(generations.reload("SIGHUP")).isFalse();

        assertThat(folder.trail.entries()).hasSize(2).noneMatch(e -> e.toString().contains(seed));
        assertThat(generations.status().toString()).doesNotContain(seed).contains("issuer.nk");
    }

    @Test
    void reload_whileTheTrailIsDown_isInForce() throws Exception {
        folder.edition("second");
        folder.trail.breakDown();
        assertThat(generations.reload("SIGHUP")).isTrue();
        folder.trail.repair();
        assertThat(login(ReloadFolder.PASSWORD).rule()).isEqualTo("rule-second");
    }

    @Test
    void shadowPolicy_isLoadedAndReloadedWithTheRest_andOnlyWrittenDown() throws Exception {
        folder.write("next.yaml", ReloadFolder.policy("second"));
        folder.replace("countersign.yaml", "users: ", "shadow-policy: next.yaml\nusers: ");
        String before = generations.current().revision();

        assertThat(generations.reload("SIGHUP")).isTrue();

        assertThat(generations.current().revision()).isNotEqualTo(before);
        assertThat(generations.status().needRestart()).isEmpty();
        AuditEntry entry = login(ReloadFolder.PASSWORD);
        assertThat(entry.decision()).isEqualTo("allow");
        assertThat(entry.rule()).isEqualTo("rule-first");
        assertThat(entry.shadow()).contains(new Shadow(Shadow.LOSES, "no-rule", "", "", ""));
        assertThat(generations.seen()).containsKey(path.resolve("next.yaml"));

        folder.write("next.yaml", ReloadFolder.policy("first"));
        assertThat(generations.reload("file change")).isTrue();
        assertThat(login(ReloadFolder.PASSWORD).shadow()).isEmpty();
    }

    /** Or else a mistake in what is only tried out would keep a new user out. */
    @Test
    void shadowPolicy_thatIsBrokenOrMissing_doesNotStopTheRest() throws Exception {
        folder.replace("countersign.yaml", "users: ", "shadow-policy: next.yaml\nusers: ");
        for (String text : new String[] {"", "version: 1\nrules: 7\n", "\0"}) {
            if (!text.isEmpty()) {
                folder.write("next.yaml", text);
            }
            folder.edition(text.isEmpty() ? "second" : "third");

            assertThat(generations.reload("file change")).isTrue();

            assertThat(generations.current().shadow()).isEmpty();
            assertThat(generations.status().refused()).isEmpty();
            assertThat(login(ReloadFolder.PASSWORD).rule())
                    .isEqualTo(text.isEmpty() ? "rule-second" : "rule-third");
        }
    }

    private AuditEntry login(String password) {
        callout.answer(folder.sealed(folder.alice(password)));
        return folder.trail.last();
    }
}
