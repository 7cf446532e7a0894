// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Kind;
import io.countersign.kit.Requests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reloads between editions that only work unmixed, while requests come without a pause. */
class ReloadUnderLoadTest {
    private static final int RELOADS = 1000;
    private static final int CLIENTS = 3;

    @Test
    void reloads_aThousandUnderLoad_failNoRequestAndMixNoAnswer(@TempDir Path path)
            throws Exception {
        try (ReloadFolder folder = new ReloadFolder(path);
                ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            Generations generations = folder.generations();
            Map<String, String> editions = new HashMap<>();
            editions.put(generations.current().revision(), "first");
            Callout callout = folder.callout(generations);
            AtomicBoolean over = new AtomicBoolean();
            Semaphore answered = new Semaphore(0);
            List<Future<Integer>> failures = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                failures.add(threads.submit(client(folder, callout, answered, over)));
            }
            try {
                for (int i = 0; i < RELOADS; i++) {
                    String edition = i % 2 == 0 ? "second" : "first";
                    folder.edition(edition);
                    assertThat(generations.reload("test")).isTrue();
                    editions.put(generations.current().revision(), edition);
                    answered.drainPermits();
                    assertThat(answered.tryAcquire(60, TimeUnit.SECONDS))
                            .as("every generation answers somebody")
                            .isTrue();
                }
            } finally {
                over.set(true);
            }

            for (Future<Integer> each : failures) {
                assertThat(each.get()).as("requests that failed").isZero();
            }
            assertThat(editions).hasSize(2);
            assertUnmixed(folder.trail.entries(), editions);
            assertThat(generations.status().reloads()).isEqualTo(RELOADS);
        }
    }

    private static Callable<Integer> client(
            ReloadFolder folder, Callout callout, Semaphore answered, AtomicBoolean over) {
        return () -> {
            Requests alice = folder.alice(ReloadFolder.PASSWORD);
            int failures = 0;
            while (!over.get()) {
                if (!(callout.answer(folder.sealed(alice)) instanceof Outcome.Allowed)) {
                    failures++;
                }
                answered.release();
            }
            return failures;
        };
    }

    /** The revision that an entry names is the one whose rule let in to the subjects it grants. */
    private static void assertUnmixed(List<AuditEntry> entries, Map<String, String> editions) {
        int decisions = 0;
        for (AuditEntry entry : entries) {
            String edition = editions.get(entry.revision());
            assertThat(edition).as("revision of %s", entry).isNotNull();
            if (entry.kind() == Kind.DECISION) {
                decisions++;
                assertThat(entry.rule()).isEqualTo("rule-" + edition);
                assertThat(entry.permissions().orElseThrow().publish().allow())
                        .containsExactly(edition + ".>");
            }
        }
        assertThat(decisions).isGreaterThanOrEqualTo(RELOADS);
    }
}
