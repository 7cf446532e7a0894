// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.audit.AuditEntry;
import io.countersign.kit.HttpStub;
import io.countersign.kit.Io;
import io.countersign.kit.Requests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a reload does to authenticators that ask somebody, and to requests that wait for them. */
@Timeout(60)
class AuthenticatorReloadTest {
    @TempDir private Path path;
    private final CountDownLatch release = new CountDownLatch(1);
    private volatile boolean isHeld;
    private volatile String key = "0123456789abcdef-first";
    private final HttpStub hook = HttpStub.start(this::answer);
    private ReloadFolder folder;
    private Generations generations;
    private Callout callout;

    @BeforeEach
    void open() throws IOException {
        folder = new ReloadFolder(path);
        secret();
        folder.write("countersign.yaml", withHook("60s"));
        policy("first");
        generations = folder.generations();
        callout = folder.callout(generations);
    }

    @AfterEach
    void close() {
        release.countDown();
        folder.close();
        hook.close();
    }

    /** Issue 7: requests in flight keep their generation. */
    @Test
    void requestUnderWay_isAnsweredByTheGenerationItCameIn() throws Exception {
        String before = generations.current().revision();
        isHeld = true;
        FutureTask<AuditEntry> waiting = new FutureTask<>(this::login);
        Thread.startVirtualThread(waiting);
        await().until(() -> hook.requests() == 1);

        policy("second");
        assertThat(generations.reload("test")).isTrue();
        assertThat(generations.current().revision()).isNotEqualTo(before);
        release.countDown();

        AuditEntry entry = waiting.get();
        assertThat(entry.decision()).isEqualTo("allow");
        assertThat(entry.revision()).isEqualTo(before);
        assertThat(entry.rule()).isEqualTo("rule-first");
        assertThat(login().rule()).isEqualTo("rule-second");
    }

    @Test
    void reloadOfOtherThings_leavesItsMemory() throws Exception {
        login();
        policy("second");
        assertThat(generations.reload("test")).isTrue();

        assertThat(login().rule()).isEqualTo("rule-second");
        assertThat(hook.requests()).isEqualTo(1);
    }

    @Test
    void reloadOfItsSecret_asksAnewWithTheNewOne() throws Exception {
        login();
        String before = generations.current().revision();
        key = "0123456789abcdef-second";
        secret();
        assertThat(generations.reload("test")).isTrue();

        assertThat(generations.current().revision()).as("secrets are no part").isEqualTo(before);
        assertThat(login().decision()).isEqualTo("allow");
        assertThat(hook.requests()).isEqualTo(2);
        assertThat(generations.seen()).containsKey(path.resolve("hook.key"));
    }

    @Test
    void reloadOfItsSettings_makesItAnew_andWithoutItNobodyKnowsHerAnyMore() throws Exception {
        login();
        folder.write("countersign.yaml", withHook("30s"));
        assertThat(generations.reload("test")).isTrue();
        login();
        assertThat(hook.requests()).isEqualTo(2);

        folder.write("countersign.yaml", withoutHook());
        policy("first", "users");
        assertThat(generations.reload("test")).isTrue();
        assertThat(login().reason()).isEqualTo("no-authenticator");
        assertThat(hook.requests()).isEqualTo(2);
    }

    @Test
    void reloadOfBrokenSettings_leavesItAsItWas() throws Exception {
        login();
        folder.write("countersign.yaml", withHook("60s").replace("hook.key", "nowhere.key"));
        assertThat(generations.reload("test")).isFalse();

        assertThat(login().decision()).isEqualTo("allow");
        assertThat(hook.requests()).isEqualTo(1);
    }

    private AuditEntry login() {
        Requests zoe =
                Requests.server().subject(folder.issuer.text()).password("zoe", "her password");
        callout.answer(folder.sealed(zoe));
        return folder.trail.last();
    }

    private void policy(String edition) throws IOException {
        policy(edition, "hook");
    }

    private void policy(String edition, String source) throws IOException {
        folder.write(
                "policy.yaml",
                """
                version: 1
                rules:
                  - id: rule-%1$s
                    when: {source: %2$s}
                    grant: {account: APP, publish: {allow: ["%1$s.>"]}}
                """
                        .formatted(edition, source));
    }

    private void secret() throws IOException {
        folder.write("hook.key", key);
        Files.setPosixFilePermissions(
                path.resolve("hook.key"), PosixFilePermissions.fromString("rw-------"));
    }

    private String withHook(String kept) throws IOException {
        return withoutHook()
                + """
                authenticators:
                  - name: hook
                    webhook: {url: "%s/ask", secret: {file: hook.key}}
                    cache: {for: %s}
                """
                        .formatted(hook.url(), kept);
    }

    private String withoutHook() throws IOException {
        String now = Files.readString(path.resolve("countersign.yaml"));
        int end = now.indexOf("authenticators:");
        return end < 0 ? now : now.substring(0, end);
    }

    private HttpStub.Answer answer(HttpStub.Asked asked) {
        if (isHeld) {
            Io.get(() -> {
                await().until(() -> release.getCount() == 0);
                return true;
            });
        }
        byte[] body =
                "{\"answer\":\"authenticated\",\"name\":\"zoe\"}".getBytes(StandardCharsets.UTF_8);
        String head = "v1\nanswer\n\n" + asked.header().apply("Countersign-Id") + "\n";
        return new HttpStub.Answer(
                200, body, Map.of("Countersign-Signature", "v1=" + hmac(head, body)));
    }

    private String hmac(String head, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update(head.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
