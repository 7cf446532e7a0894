// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

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
        for (int i = 0; i < side.allow().size(); i++) {
            if (side.allow().get(i).equals(">")) {
                findings.warn(
                        Paths.item(side.path(), "allow", i),
                        "\">\" allows everything in the account (expected: the subjects that are needed)");
            }
        }
        return new SideTemplate(allow, subjects(side.path(), "deny", side.deny(), queues));
    }

    /** A list of subjects, without those that had to be refused. */
    List<SubjectTemplate> subjects(String path, String key, List<String> texts, boolean queues) {
        List<SubjectTemplate> subjects = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            String place = Paths.item(path, key, i);
            try {
                SubjectTemplate subject = SubjectTemplate.parse(text, queues);
                subjects.add(subject);
                if (subject.template().variables().contains(new Variable.ClientId())) {
                    findings.warn(
                            place,
                            "%s: {{client-id}} is what the client says, proven by nobody"
                                    .formatted(Findings.quoted(text)));
                }
            } catch (IllegalArgumentException refused) {
                findings.refuse(place, text, refused);
            }
        }
        return subjects;
    }

    /**
     * Refuses a denied queue where the plain subject is denied too: on servers seen, a queue in the
     * deny list that is not the client's makes them forget the plain entry ({@code canSubscribe} in
     * client.go), so two denials would allow more than one.
     */
    void checkQueues(String path, SideTemplate subscribe) {
        for (SubjectTemplate queue : subscribe.deny()) {
            for (SubjectTemplate plain : subscribe.deny()) {
                if (queue.hasQueue() && !plain.hasQueue() && queue.overlaps(plain)) {
                    findings.refuse(
                            path,
                            "deny %s and deny %s overlap: servers would let other queues in (expected: only one of them)"
                                    .formatted(
                                            Findings.quoted(queue.sample()),
                                            Findings.quoted(plain.sample())));
                }
            }
        }
    }
}
