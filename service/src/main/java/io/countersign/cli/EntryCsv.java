// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Counted;
import io.countersign.audit.Credential;
import io.countersign.audit.Presented;
import io.countersign.audit.Server;
import io.countersign.audit.Shadow;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A line of RFC 4180. Clients choose their names, and spreadsheets run what looks like a formula:
 * such cells get an apostrophe in front.
 */
final class EntryCsv {
    static final String HEADING =
            "time,instance,log,seq,id,kind,decision,reason,detail,principal,presented,account,"
                    + "address,client,server,credential,rule,expires,revision,count,refers_to,by,shadow";
    private static final String FORMULA = "=+-@\t\r\n|%";

    private EntryCsv() {}

    static String line(AuditEntry entry) {
        return List.of(
                        entry.time().toString(),
                        entry.instance(),
                        entry.log(),
                        Long.toString(entry.seq()),
                        entry.id().toString(),
                        entry.kind().word(),
                        entry.decision(),
                        entry.reason(),
                        entry.detail(),
                        entry.principal(),
                        entry.presented().map(Presented::name).orElse(""),
                        entry.account(),
                        entry.client().map(Client::address).orElse(""),
                        entry.client().map(Client::name).orElse(""),
                        entry.server().map(Server::name).orElse(""),
                        entry.credential().map(Credential::kind).orElse(""),
                        entry.rule(),
                        entry.expires().map(Instant::toString).orElse(""),
                        entry.revision(),
                        entry.counted().map(Counted::count).map(String::valueOf).orElse(""),
                        entry.refersTo().map(UUID::toString).orElse(""),
                        entry.by(),
                        entry.shadow().map(Shadow::effect).orElse(""))
                .stream()
                .map(EntryCsv::cell)
                .collect(Collectors.joining(","));
    }

    static String cell(String text) {
        String plain = PlainText.of(text);
        boolean formula = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0;
        String safe = formula ? "'" + plain : plain;
        return safe.matches("[A-Za-z0-9 .:_/-]*") ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }
}
