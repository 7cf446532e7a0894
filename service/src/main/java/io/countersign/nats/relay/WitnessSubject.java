// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The subject of what one instance co-signs of one log: {@code
 * countersign.audit.<witness>.witness-<instance>-<log id>}. It is one of those that the stream
 * takes, and no log can have it, for ids have no hyphens.
 *
 * @param witness the instance that signs
 * @param log what is signed
 */
public record WitnessSubject(String witness, LogSubject log) {
    private static final Pattern FORM =
            Pattern.compile(
                    "countersign\\.audit\\.([a-z0-9-]{1,32})"
                            + "\\.witness-([a-z0-9-]{1,32})-([a-z0-9]{1,64})");

    static Optional<WitnessSubject> parse(String subject) {
        Matcher form = FORM.matcher(subject);
        return form.matches()
                ? Optional.of(
                        new WitnessSubject(
                                form.group(1), new LogSubject(form.group(2), form.group(3))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "countersign.audit." + witness + ".witness-" + log.instance() + "-" + log.log();
    }
}
