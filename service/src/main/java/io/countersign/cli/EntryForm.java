// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Counted;
import io.countersign.audit.Presented;
import io.countersign.audit.Server;
import io.countersign.audit.Shadow;
import io.countersign.sink.SinkFormat;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** How entries are written out, a line each. */
enum EntryForm {
    /** For people at a terminal. */
    TEXT {
        @Override
        Optional<String> line(AuditEntry entry, byte[] body) {
            String who = entry.principal();
            if (who.isEmpty()) {
                who = entry.presented().map(Presented::name).map(n -> "(" + n + ")").orElse("-");
            }
            String what = entry.decision().isEmpty() ? entry.kind().word() : entry.decision();
            String line =
                    "%s %s %-6s %s"
                            .formatted(entry.time(), entry.instance(), what, PlainText.of(who));
            line += part("account", entry.account());
            line += part("from", entry.client().map(Client::address).orElse(""));
            line += part("server", entry.server().map(Server::name).orElse(""));
            line += part("reason", entry.reason());
            line += part("rule", entry.rule());
            line += part("shadow", entry.shadow().map(Shadow::effect).orElse(""));
            line += part("by", entry.by());
            line += entry.counted().map(Counted::count).map(n -> " count=" + n).orElse("");
            line += part("detail", entry.detail().isEmpty() ? "" : '"' + entry.detail() + '"');
            return Optional.of(line + part("id", entry.id().toString()));
        }
    },

    /** The entries themselves. */
    JSONL {
        @Override
        Optional<String> line(AuditEntry entry, byte[] body) {
            return Optional.of(new String(body, StandardCharsets.US_ASCII));
        }
    },

    /** For spreadsheets. */
    CSV {
        @Override
        Optional<String> line(AuditEntry entry, byte[] body) {
            return Optional.of(EntryCsv.line(entry));
        }

        @Override
        Optional<String> heading() {
            return Optional.of(EntryCsv.HEADING);
        }
    },

    /** For a SIEM: OCSF 1.8 Authentication (class 3002); only decisions are such events. */
    OCSF {
        @Override
        Optional<String> line(AuditEntry entry, byte[] body) {
            return SinkFormat.OCSF.line(entry, body, Build.version());
        }
    };

    /** Empty if the form has no word for such an entry. */
    abstract Optional<String> line(AuditEntry entry, byte[] body);

    Optional<String> heading() {
        return Optional.empty();
    }

    private static String part(String name, String value) {
        return value.isEmpty() ? "" : " " + name + "=" + PlainText.of(value);
    }
}
