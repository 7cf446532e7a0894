// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.protocol.Subjects;
import java.util.ArrayList;
import java.util.List;

/** Turns lists of subjects into templates, and reports each that no server would take as meant. */
final class SubjectCompiler {
    private final Findings findings;

    SubjectCompiler(Findings findings) {
        this.findings = findings;
    }

    /**
     * One side of a grant or role.
     *
     * @param queues whether {@code subject queue} may be written
     */
    SideTemplate side(SideSource side, boolean queues) {
        List<SubjectTemplate> allow = subjects(side.path(), "allow", side.allow(), queues);
        judgeEverything(side);
        return new SideTemplate(allow, subjects(side.path(), "deny", side.deny(), queues));
    }

    /** Too easily written to be believed at its first word: {@code $JS.API.>} is in it too. */
    private void judgeEverything(SideSource side) {
        boolean found = false;
        for (int i = 0; i < side.allow().size(); i++) {
            String text = side.allow().get(i);
            if (Subjects.isEverything(text)) {
                found = true;
                if (!side.everything()) {
                    findings.refuse(
                            Paths.item(side.path(), "allow", i),
                            "%s allows everything in the account (expected: the subjects that are needed; or everything: true beside it)"
                                    .formatted(Findings.quoted(text)));
                }
            }
        }
        if (side.everything() && !found) {
            findings.warn(
                    Paths.key(side.path(), "everything"),
                    "nothing in allow is that wide (expected: left out)");
        }
    }

    /** A list of subjects, without those that had to be refused. */
    List<SubjectTemplate> subjects(String path, String key, List<String> texts, boolean queues) {
        List<SubjectTemplate> subjects = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            try {
                SubjectTemplate subject = SubjectTemplate.parse(text, queues);
                subjects.add(subject);
                if (subject.template().variables().contains(new Variable.ClientId())) {
                    findings.warn(
                            Paths.item(path, key, i),
                            "%s: {{client-id}} is what the client says, proven by nobody"
                                    .formatted(Findings.quoted(text)));
                }
            } catch (IllegalArgumentException refused) {
                findings.refuse(Paths.item(path, key, i), text, refused);
            }
        }
        return subjects;
    }

    /** Looks at a whole subscribe side for what servers make of it against its author's will. */
    void judge(String path, SideTemplate subscribe) {
        refuseReopeningQueues(path, subscribe);
        warnOfCrossing(path, subscribe);
    }

    /**
     * A denied queue where the plain subject is denied too: when another queue subscribes,
     * nats-server 2.10.27 takes the mismatch for permission and forgets the plain entry (tried;
     * 2.15.1 does not), so two denials allow more than one.
     */
    private void refuseReopeningQueues(String path, SideTemplate subscribe) {
        for (SubjectTemplate queue : subscribe.deny()) {
            for (SubjectTemplate plain : subscribe.deny()) {
                if (queue.hasQueue() && !plain.hasQueue() && queue.overlaps(plain)) {
                    findings.refuse(
                            path,
                            "deny %s and deny %s overlap, and nats-server 2.10 would then let"
                                            .formatted(
                                                    Findings.quoted(queue.written()),
                                                    Findings.quoted(plain.written()))
                                    + " other queues in (expected: one of them)");
                }
            }
        }
    }

    /**
     * A subscription that crosses a denied pattern: with {@code >} allowed and {@code secret.*}
     * denied, nats-server 2.10.27 lets {@code *.key} receive {@code secret.key} (tried; 2.15.1 does
     * not). Denied subjects without wildcards are safe.
     */
    private void warnOfCrossing(String path, SideTemplate subscribe) {
        for (SubjectTemplate deny : subscribe.deny()) {
            for (SubjectTemplate allow : subscribe.allow()) {
                if (deny.hasWildcard()
                        && allow.hasWildcard()
                        && allow.overlaps(deny)
                        && !Subjects.covers(deny.subject(), allow.subject())) {
                    findings.warn(
                            path,
                            "deny %s inside allow %s can be got round on nats-server 2.10"
                                            .formatted(
                                                    Findings.quoted(deny.written()),
                                                    Findings.quoted(allow.written()))
                                    + " by subscribing across it (expected: allow only what is"
                                    + " needed)");
                    return;
                }
            }
        }
    }
}
