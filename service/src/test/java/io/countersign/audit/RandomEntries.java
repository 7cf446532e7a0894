// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.GrantedPermissions.Responses;
import io.countersign.audit.GrantedPermissions.Subjects;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** Entries with any facts, from one seed: names of strangers, absent parts, extreme numbers. */
final class RandomEntries {
    private static final String[] CODES = {"", "allow", "deny", "drop", "bad-credential", "x1"};

    private static final List<Kind> KINDS = List.of(Kind.values());

    private final Random random;

    private RandomEntries(Random random) {
        this.random = random;
    }

    static AuditEntry next(Random random) {
        return new RandomEntries(random).entry();
    }

    private AuditEntry entry() {
        Kind kind = KINDS.get(random.nextInt(KINDS.size()));
        UUID id = new UUID(random.nextLong(), random.nextLong());
        AuditEntryBuilder entry =
                AuditEntry.of(kind, id, instant(), text())
                        .revision(text())
                        .decision(code())
                        .reason(code())
                        .detail(text())
                        .rule(text())
                        .principal(text())
                        .source(text())
                        .account(text())
                        .session(text())
                        .masked(texts())
                        .degraded(texts())
                        .took(took())
                        .by(text());
        if (random.nextBoolean()) {
            entry.at("0f3k", random.nextLong() >>> 1);
        }
        if (random.nextBoolean()) {
            entry.shadow(new Shadow(code(), code(), text(), text(), text()));
            entry.presented(new Presented(text(), text()));
            entry.credential(new Credential(text(), text()));
            entry.client(
                    new Client(
                            text(),
                            random.nextLong(),
                            text(),
                            text(),
                            text(),
                            text(),
                            text(),
                            text()));
            entry.server(new Server(text(), text(), text(), text()));
        }
        if (random.nextBoolean()) {
            entry.permissions(
                    new GrantedPermissions(
                            new Subjects(texts(), texts()),
                            new Subjects(texts(), texts()),
                            random.nextBoolean()
                                    ? Optional.of(
                                            new Responses(random.nextLong(), random.nextLong()))
                                    : Optional.empty()));
            entry.expires(instant());
            entry.counted(new Counted(1 + random.nextInt(1 << 30), instant(), instant()));
            entry.refersTo(new UUID(random.nextLong(), random.nextLong()));
        }
        return entry.build();
    }

    private Instant instant() {
        return Instant.ofEpochSecond(random.nextLong(250_000_000_000L), random.nextInt(1 << 30));
    }

    private String code() {
        return CODES[random.nextInt(CODES.length)];
    }

    private String text() {
        int length = random.nextInt(8) == 0 ? random.nextInt(2000) : random.nextInt(12);
        int span = random.nextBoolean() ? 0x80 : 0x10000; // includes lone surrogates
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) random.nextInt(span));
        }
        return text.toString();
    }

    private List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (int i = random.nextInt(16) == 0 ? 100 : random.nextInt(4); i > 0; i--) {
            texts.add(text());
        }
        return texts;
    }

    private Map<String, Long> took() {
        Map<String, Long> took = new LinkedHashMap<>();
        for (int i = random.nextInt(10); i > 0; i--) {
            took.put(text(), random.nextLong());
        }
        return took;
    }
}
