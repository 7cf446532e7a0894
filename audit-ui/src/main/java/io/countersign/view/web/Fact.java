// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.audit.AuditEntry;
import io.countersign.view.index.Field;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * A fact of an entry.
 *
 * @param link where all with the same value are; empty for none
 */
public record Fact(String name, String value, String link) {
    private static final class Facts {
        private final List<Fact> list = new ArrayList<>();

        void add(String name, String value) {
            if (!value.isEmpty()) {
                list.add(new Fact(name, Names.shown(value), ""));
            }
        }

        void linked(String name, String value, String link) {
            if (!value.isEmpty()) {
                list.add(new Fact(name, Names.shown(value), link));
            }
        }

        void add(String name, String value, Field field) {
            if (!value.isEmpty()) {
                list.add(new Fact(name, Names.shown(value), Links.having(field, value, Links.ALL)));
            }
        }
    }

    /** Who it was, and with what. */
    static List<Fact> who(AuditEntry entry) {
        Facts facts = new Facts();
        facts.add("Principal", entry.principal(), Field.PRINCIPAL);
        facts.add("Claimed name", entry.presented().map(p -> p.name()).orElse(""), Field.PRESENTED);
        facts.add("Authenticator", entry.source(), Field.SOURCE);
        entry.credential()
                .ifPresent(c -> {
                    facts.add("Credential", c.kind(), Field.CREDENTIAL);
                    facts.linked("Fingerprint", c.fingerprint(), Links.credential(c.fingerprint()));
                });
        facts.add("Acted", entry.by(), Field.BY);
        return facts.list;
    }

    /** Where it came from. */
    static List<Fact> where(AuditEntry entry) {
        Facts facts = new Facts();
        entry.client()
                .ifPresent(c -> {
                    facts.add("Address", c.address(), Field.ADDR);
                    facts.add("Client", c.name());
                    facts.add("Library", (c.language() + " " + c.version()).strip());
                    facts.add("Connection", c.cid() == 0 ? "" : "cid " + c.cid());
                    facts.add("Type", (c.kind() + " " + c.type()).strip());
                    facts.add("MQTT id", c.mqttId());
                });
        entry.server()
                .ifPresent(s -> {
                    facts.add("Server", s.name(), Field.SERVER);
                    facts.add("Server id", s.id());
                    facts.add("Cluster", s.cluster());
                    facts.add("Server version", s.version());
                });
        facts.add("Session", entry.session(), Field.SESSION);
        return facts.list;
    }

    /** What was decided, and by what. */
    static List<Fact> decided(AuditEntry entry, ZoneId zone) {
        Facts facts = new Facts();
        facts.add("Reason", entry.reason(), Field.REASON);
        facts.add("Detail", entry.detail());
        facts.add("Rule", entry.rule(), Field.RULE);
        facts.add("Account", entry.account(), Field.ACCOUNT);
        entry.expires().ifPresent(e -> facts.add("Expires", Shown.full(e, zone)));
        entry.permissions()
                .ifPresent(p -> {
                    facts.add("May publish", side(p.publish().allow(), p.publish().deny()));
                    facts.add("May subscribe", side(p.subscribe().allow(), p.subscribe().deny()));
                });
        facts.add("Policy revision", entry.revision(), Field.REVISION);
        entry.counted().ifPresent(c -> facts.add("Stands for", "%,d alike".formatted(c.count())));
        facts.add("Left out", String.join(", ", entry.masked()));
        facts.add("Shadow policy", entry.shadow().map(it -> it.toString()).orElse(""));
        facts.add("Degraded", String.join(", ", entry.degraded()));
        return facts.list;
    }

    /** Where it is written. */
    static List<Fact> place(AuditEntry entry) {
        Facts facts = new Facts();
        facts.add("Instance", entry.instance(), Field.INSTANCE);
        facts.add("Log", entry.log());
        facts.add("Place in the log", Long.toString(entry.seq()));
        facts.add("Entry id", entry.id().toString());
        return facts.list;
    }

    private static String side(List<String> allow, List<String> deny) {
        String all = allow.isEmpty() ? "everything" : String.join(", ", allow);
        return deny.isEmpty() ? all : all + "; not " + String.join(", ", deny);
    }
}
