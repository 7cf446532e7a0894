// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What the request path relies on from every trail. A new trail arrives with a subclass of this.
 */
public abstract class AuditTrailContract {
    protected abstract AuditTrail trail();

    /** Makes every further append fail, until {@link #repair()}. */
    protected abstract void breakDown() throws Exception;

    protected abstract void repair() throws Exception;

    /** What the trail holds, oldest first. */
    protected abstract List<AuditEntry> taken() throws Exception;

    @Test
    void append_oneEntry_isHeldWithItsPlace() throws Exception {
        AuditEntry entry = Entries.allow(Entries.nextId(), "ldap:ann");
        trail().append(entry);
        AuditEntry held = taken().getLast();
        assertThat(held.toBuilder().at("", AuditEntry.UNWRITTEN).build()).isEqualTo(entry);
        assertThat(held.seq()).isNotNegative();
        assertThat(held.log()).isNotEmpty();
    }

    @Test
    void append_oneAfterTheOther_keepsTheOrder() throws Exception {
        List<AuditEntry> entries = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            entries.add(Entries.allow(Entries.nextId(), "ldap:user" + i));
            trail().append(entries.getLast());
        }
        assertThat(taken()).extracting(AuditEntry::id).containsSubsequence(ids(entries));
    }

    @Test
    void append_manyThreads_losesAndDoublesNothing() throws Exception {
        List<AuditEntry> entries = new ArrayList<>();
        List<Future<?>> appends = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 500; i++) {
                AuditEntry entry = Entries.allow(Entries.nextId(), "ldap:user" + i);
                entries.add(entry);
                appends.add(
                        threads.submit(() -> {
                            trail().append(entry);
                            return null;
                        }));
            }
        }
        for (Future<?> append : appends) {
            append.get();
        }
        List<AuditEntry> taken = taken();
        assertThat(taken).extracting(AuditEntry::id).contains(ids(entries)).doesNotHaveDuplicates();
        assertThat(taken).extracting(AuditEntry::seq).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void submit_oneEntry_tellsItsPlace() throws Exception {
        CompletionStage<Receipt> stage =
                trail().submit(Entries.allow(Entries.nextId(), "ldap:ann"));
        Receipt receipt = stage.toCompletableFuture().get();
        AuditEntry held = taken().getLast();
        assertThat(receipt.log()).isEqualTo(held.log());
        assertThat(receipt.seq().orElseThrow()).isEqualTo(held.seq());
    }

    @Test
    void append_trailIsDown_failsAndHoldsNothing() throws Exception {
        AuditEntry entry = Entries.allow(Entries.nextId(), "ldap:ann");
        breakDown();
        assertThatThrownBy(() -> trail().append(entry)).isInstanceOf(AuditUnavailable.class);
        repair();
        assertThat(taken()).extracting(AuditEntry::id).doesNotContain(entry.id());
    }

    @Test
    void append_trailIsRepaired_worksAgain() throws Exception {
        breakDown();
        assertThatThrownBy(() -> trail().append(Entries.allow(Entries.nextId(), "ldap:ann")))
                .isInstanceOf(AuditUnavailable.class);
        repair();
        AuditEntry entry = Entries.allow(Entries.nextId(), "ldap:ann");
        trail().append(entry);
        assertThat(taken().getLast().id()).isEqualTo(entry.id());
    }

    private static UUID[] ids(List<AuditEntry> entries) {
        return entries.stream().map(AuditEntry::id).toArray(UUID[]::new);
    }
}
