// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Kind;
import io.countersign.view.index.Row;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * What the developer of a client may know about a decision, and nothing else of the entry: no name,
 * address, rule or account is in here.
 *
 * @param turn whose turn it is
 */
public record Why(String id, String outcome, String word, String sentence, String turn) {
    /**
     * In words.
     *
     * @param isServers true if the server did not take our answer
     */
    static Why of(Row row, boolean isServers, ZoneId zone) {
        AuditEntry entry = row.entry();
        String at =
                DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss", Locale.ENGLISH)
                                .withZone(zone)
                                .format(entry.time())
                        + (zone.getId().equals("Z") ? " UTC" : " " + zone.getId());
        String outcome = Shown.outcome(entry);
        if (entry.kind() != Kind.DECISION) {
            return new Why(
                    entry.id().toString(),
                    outcome,
                    Shown.word(outcome),
                    "This id is not that of a login.",
                    "");
        }
        if (entry.decision().equals(AuditEntry.ALLOW) && isServers) {
            return new Why(
                    entry.id().toString(),
                    outcome,
                    Shown.word(outcome),
                    "On "
                            + at
                            + " we said yes, and your server said no. Tell your administrator"
                            + " this id.",
                    Told.Turn.ADMINISTRATOR.words());
        }
        if (entry.decision().equals(AuditEntry.ALLOW)) {
            return new Why(
                    entry.id().toString(),
                    outcome,
                    Shown.word(outcome),
                    "You were let in on "
                            + at
                            + ". If it still fails, the cause is after the login: look at the"
                            + " permissions of your account.",
                    "");
        }
        return Told.of(entry.reason())
                .map(told ->
                        new Why(
                                entry.id().toString(),
                                outcome,
                                Shown.word(outcome),
                                "On " + at + ": " + told.developer(),
                                told.turn().words()))
                .orElseGet(() ->
                        new Why(
                                entry.id().toString(),
                                outcome,
                                Shown.word(outcome),
                                "You were not let in on " + at + ".",
                                Told.Turn.ADMINISTRATOR.words()));
    }
}
