// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Credential;
import io.countersign.audit.Kind;
import io.countersign.audit.Presented;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** Writes entries within one transaction. */
final class Ingest {
    private static final String INSERT =
            "INSERT INTO entry (k, arrival, log, seq, id, outcome, reason, usr, principal,"
                    + " presented, addr, account, rule, source, instance, server, lang, credential,"
                    + " actor, session, revision, refers)"
                    + " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
    private static final long TIES = 1L << 21;

    private final Handle handle;
    private long arrival;

    Ingest(Handle handle) {
        this.handle = handle;
        this.arrival =
                handle.createQuery("SELECT coalesce(max(arrival), 0) FROM entry")
                        .mapTo(Long.class)
                        .one();
    }

    /** How many of them were new. */
    int take(List<AuditEntry> entries) {
        int taken = 0;
        for (AuditEntry entry : entries) {
            if (!exists("log = ? AND seq = ?", entry.log(), entry.seq())) {
                write(entry);
                taken++;
            }
        }
        return taken;
    }

    private boolean exists(String condition, Object... values) {
        var query = handle.createQuery("SELECT 1 FROM entry WHERE " + condition);
        for (int i = 0; i < values.length; i++) {
            query.bind(i, values[i]);
        }
        return query.mapTo(Integer.class).findOne().isPresent();
    }

    private void write(AuditEntry entry) {
        long k = freeKey(entry);
        insert(k, entry);
        handle.createUpdate("INSERT INTO doc (k, body) VALUES (?, ?)")
                .bind(0, k)
                .bind(1, entry.encoded())
                .execute();
        handle.createUpdate("INSERT INTO txt (rowid, words) VALUES (?, ?)")
                .bind(0, k)
                .bind(1, String.join("\n", AuditIndex.words(entry)).replace("\0", " "))
                .execute();
    }

    private void insert(long k, AuditEntry entry) {
        String presented = entry.presented().map(Presented::name).orElse("");
        List<Object> values =
                List.of(
                        k,
                        ++arrival,
                        entry.log(),
                        entry.seq(),
                        entry.id().toString(),
                        entry.kind() == Kind.DECISION ? entry.decision() : entry.kind().word(),
                        entry.reason(),
                        user(entry.principal(), presented),
                        entry.principal(),
                        presented,
                        entry.client().map(Client::address).map(AddressKey::of).orElse(""),
                        entry.account(),
                        entry.rule(),
                        entry.source(),
                        entry.instance(),
                        entry.server().map(s -> s.name().isEmpty() ? s.id() : s.name()).orElse(""),
                        entry.client().map(Client::language).orElse(""),
                        entry.credential().map(Credential::kind).orElse(""),
                        entry.by(),
                        entry.session(),
                        entry.revision(),
                        entry.refersTo().map(UUID::toString).orElse(""));
        Update update = handle.createUpdate(INSERT);
        for (int i = 0; i < values.size(); i++) {
            update.bind(i, values.get(i));
        }
        update.execute();
    }

    /** The proven name without its source; else the claimed one. */
    private static String user(String principal, String presented) {
        return principal.isEmpty() ? presented : principal.substring(principal.indexOf(':') + 1);
    }

    /** The time, then bits of the id, so that replicas mostly agree on the order within one ms. */
    private long freeKey(AuditEntry entry) {
        long base = Statement.key(entry.time().toEpochMilli());
        long tie = (entry.id().getMostSignificantBits() & 0xfff) << 9;
        while (exists("k = ?", base + tie)) {
            tie = (tie + 1) % TIES;
        }
        return base + tie;
    }
}
