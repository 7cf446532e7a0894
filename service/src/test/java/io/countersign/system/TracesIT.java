// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.Collector;
import io.countersign.kit.Collector.Told;
import io.countersign.kit.Deployment;
import io.countersign.kit.Deployment.Mode;
import io.countersign.kit.Deployment.Plan;
import io.countersign.kit.HttpStub;
import io.countersign.kit.Login;
import io.countersign.kit.NatsBinary;
import io.countersign.kit.RawClient;
import io.countersign.kit.Wait;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Logins through a real server, traced from request to webhook, as a collector gets them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TracesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String KEY = "0123456789abcdef-webhook-key";
    private static final String PASSWORD = "correct horse battery";
    private static final String OTHER_TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String OTHER_SPAN = "b7ad6b7169203331";

    private final Collector collector = Collector.start();
    private final Queue<String> parents = new ConcurrentLinkedQueue<>();
    private final HttpStub hook = HttpStub.start(this::answer);
    private Deployment system;

    @BeforeAll
    void start() throws Exception {
        system = Deployment.start(Plan.of(Mode.STATIC, NatsBinary.NEWEST));
        secret("hook.key", KEY);
        secret("collector.token", "token-of-the-collector");
        system.withTelemetry(
                """
                traces:
                  endpoint: %s
                  one-in: 1
                  token: keys/collector.token
                """
                        .formatted(collector.url()));
        system.withPolicy(
                """
                version: 1
                rules:
                  - id: everybody
                    broad: true
                    grant: { account: APP, publish: { allow: ["app.>"] } }
                """);
        system.withSettings(
                """
                authenticators:
                  - name: hook
                    webhook: {url: "%s/hook", secret: {file: keys/hook.key}}
                """
                        .formatted(hook.url()));
        system.startInstance("a");
    }

    @AfterAll
    void end() {
        system.close();
        hook.close();
        collector.close();
    }

    private void secret(String name, String text) throws Exception {
        Path file = system.folder().resolve("keys").resolve(name);
        Files.writeString(file, text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** One who is admitted, and with {@code nobody}, one whom the webhook does not know. */
    private HttpStub.Answer answer(HttpStub.Asked asked) {
        String body = new String(asked.body(), StandardCharsets.UTF_8);
        if (body.contains(PASSWORD)) {
            parents.add(asked.header().apply("traceparent"));
        }
        String answer =
                body.contains(PASSWORD)
                        ? "{\"answer\":\"authenticated\",\"name\":\"ann\"}"
                        : "{\"answer\":\"rejected\",\"reason\":\"bad-credential\"}";
        String head = "v1\nanswer\n\n" + asked.header().apply("Countersign-Id") + "\n";
        return new HttpStub.Answer(
                200,
                answer.getBytes(StandardCharsets.UTF_8),
                Map.of("Countersign-Signature", "v1=" + hmac(head + answer)));
    }

    private static String hmac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Login login(String user, String password, String name) {
        try (RawClient client = RawClient.connect(system.server())) {
            return client.login(
                    system.connect(Map.of("user", user, "pass", password, "name", name)));
        }
    }

    /** The trace of the decision that asked the backend so. */
    private String traceOf(String traceparent) {
        String trace = traceparent.substring(3, 35);
        Wait.until(
                "the trace has arrived",
                PATIENCE,
                () -> collector.span(trace, "decision").isPresent());
        return trace;
    }

    @Test
    void login_throughAWebhook_isOneTraceFromRequestToBackend() {
        assertThat(
                        login(
                                "ann",
                                PASSWORD,
                                "orders traceparent=00-%s-%s-01"
                                        .formatted(OTHER_TRACE, OTHER_SPAN)))
                .isInstanceOf(Login.Admitted.class);

        String parent = parents.element();
        assertThat(parent).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
        String trace = traceOf(parent);
        Told whole = span(trace, "decision");
        Told authenticate = span(trace, "authenticate");
        Told ask = span(trace, "ask hook");
        Told post = span(trace, "POST");

        assertThat(whole.parent()).isEmpty();
        assertThat(whole.kind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
        assertThat(authenticate.parent()).isEqualTo(whole.id());
        assertThat(ask.parent()).isEqualTo(authenticate.id());
        assertThat(post.parent()).isEqualTo(ask.id());
        assertThat(post.kind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
        assertThat(parent).as("what the webhook was told").contains(post.id());
        assertThat(stages(trace, whole))
                .containsSubsequence(
                        "wait",
                        "open",
                        "verify",
                        "throttle",
                        "authenticate",
                        "revoked",
                        "decide",
                        "sign",
                        "seal",
                        "append",
                        "reply");
        assertThat(whole.notes())
                .containsEntry("countersign.decision", "allow")
                .containsEntry("countersign.source", "hook")
                .containsEntry("countersign.rule", "everybody")
                .containsEntry("service.instance.id", "a")
                .hasEntrySatisfying(
                        "countersign.entry", id -> assertThat(id).matches("[0-9a-f-]{36}"));
        assertThat(authenticate.notes()).containsEntry("countersign.answer", "asked");
        assertThat(post.notes())
                .containsEntry("http.request.method", "POST")
                .containsEntry("http.response.status_code", "200")
                .containsEntry("server.address", "127.0.0.1");
        assertThat(whole.links()).containsExactly(OTHER_TRACE + "-" + OTHER_SPAN);
        assertThat(post.began()).isBetween(whole.began(), whole.ended());
    }

    @Test
    void login_refused_tellsWhy_andNothingOfTheClientIsSent() {
        assertThat(login("mallory-of-the-test", "a wrong secret", "client-name-of-the-test"))
                .isNotInstanceOf(Login.Admitted.class);

        Wait.until(
                "the refusal has arrived",
                PATIENCE,
                () ->
                        collector.spans().stream()
                                .anyMatch(it ->
                                        it.notes()
                                                .getOrDefault("countersign.reason", "")
                                                .equals("bad-credential")));
        String raw = new String(collector.raw(), StandardCharsets.ISO_8859_1);
        assertThat(raw)
                .contains("bad-credential")
                .doesNotContain(
                        "mallory-of-the-test",
                        "client-name-of-the-test",
                        "a wrong secret",
                        PASSWORD,
                        KEY,
                        "token-of-the-collector");
        assertThat(collector.authorizations()).containsOnly("Bearer token-of-the-collector");
    }

    private Told span(String trace, String name) {
        return collector.span(trace, name).orElseThrow(() -> new AssertionError("no " + name));
    }

    private List<String> stages(String trace, Told whole) {
        return collector.spans().stream()
                .filter(it -> it.trace().equals(trace) && it.parent().equals(whole.id()))
                .sorted(java.util.Comparator.comparingLong(Told::began))
                .map(Told::name)
                .toList();
    }
}
