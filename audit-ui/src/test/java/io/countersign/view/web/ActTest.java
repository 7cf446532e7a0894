// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.view.Samples;
import io.countersign.view.index.AuditIndex;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a form must have in it before anything is done, and what is done then. */
class ActTest {
    @TempDir private Path folder;
    private final StandInInstances instances =
            new StandInInstances()
                    .answering(
                            "revoke",
                            """
                            {"confirmed":["n1","n2","n3"],"instances":3,"audited":true,
                             "sessions":{"ended":2,"remaining":0,"unreachable":0}}
                            """);
    private ViewFixture view;
    private String cookie = "";

    @BeforeEach
    void start() {
        AuditIndex index = AuditIndex.open(folder.resolve("index.db"));
        Clock clock = Clock.fixed(Samples.NOW, ZoneOffset.UTC);
        view = ViewFixture.start(ViewFixture.Setup.of(folder, index, clock).with(instances));
        cookie = view.cookieOf("olga");
    }

    @AfterEach
    void stop() {
        view.close();
    }

    private Map<String, String> form() {
        Map<String, String> form = new HashMap<>();
        form.put("csrf", view.csrfOf(cookie));
        form.put("once", UUID.randomUUID().toString());
        form.put("kind", "principal");
        form.put("v", "users:bob");
        form.put("typed", "users:bob");
        form.put("reason", "leaked key, ticket 4711");
        return form;
    }

    private HttpResponse<String> revoke(Map<String, String> form) throws Exception {
        return view.post("/act/revoke", form, "Cookie", cookie);
    }

    @Test
    void revoke_withoutAReasonOrTheNameTyped_doesNothingAndKeepsTheForm() throws Exception {
        Map<String, String> silent = form();
        silent.put("reason", "  ");
        Map<String, String> other = form();
        other.put("typed", "users:bo");

        assertThat(revoke(silent).statusCode()).isEqualTo(422);
        HttpResponse<String> reply = revoke(other);

        assertThat(reply.statusCode()).isEqualTo(422);
        assertThat(reply.body())
                .contains("Type the name as it stands above")
                .contains("value=\"leaked key, ticket 4711\"");
        assertThat(instances.asked()).noneMatch(asked -> asked.verb().equals("revoke"));
    }

    @Test
    void revoke_whole_isAskedInTheNameOfThePersonAndToldWhatBecameOfIt() throws Exception {
        Map<String, String> form = form();
        form.put("until", "24h");

        HttpResponse<String> reply = revoke(form);

        assertThat(reply.body())
                .contains("Enforced on 3 of 3 instances.")
                .contains("Sessions: 2 ended, 0 remain")
                .contains("It is written into the trail.");
        StandInInstances.Asked asked = instances.asked().getLast();
        assertThat(asked.verb()).isEqualTo("revoke");
        assertThat(asked.onBehalfOf()).isEqualTo("local:olga");
        assertThat(asked.body().toString())
                .contains("\"reason\":\"leaked key, ticket 4711\"")
                .contains("\"value\":\"users:bob\"")
                .contains("\"expires\":\"2026-11-24T10:00:00Z\"");
    }

    /** Instances take the same request once: the form's own number goes with it. */
    @Test
    void revoke_sentTwice_isTheSameRequest() throws Exception {
        Map<String, String> form = form();
        revoke(form);
        revoke(form);

        assertThat(instances.asked())
                .filteredOn(asked -> asked.verb().equals("revoke"))
                .hasSize(2)
                .extracting(StandInInstances.Asked::once)
                .containsOnly(form.get("once"));
    }

    @Test
    void act_nobodyAnswers_saysThatItMayNotHaveBeenDone() throws Exception {
        Map<String, String> form = form();
        HttpResponse<String> reply = view.post("/act/kick", form, "Cookie", cookie);

        assertThat(reply.statusCode()).isEqualTo(502);
        assertThat(reply.body())
                .contains("Nobody answered, so it may not have been done: look under Locks")
                .contains("value=\"leaked key, ticket 4711\"");
    }
}
