// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.LogOrigin;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The subject of one log: {@code countersign.audit.<instance>.<log id>}. */
public record LogSubject(String instance, String log) {
    /** All logs of all instances. */
    public static final String ALL = "countersign.audit.*.*";

    private static final Pattern FORM =
            Pattern.compile("countersign\\.audit\\.([a-z0-9-]{1,32})\\.([a-z0-9]{1,64})");

    /** Of one log. */
    public static LogSubject of(LogOrigin origin) {
        return new LogSubject(origin.instance(), origin.log());
    }

    static Optional<LogSubject> parse(String subject) {
        Matcher form = FORM.matcher(subject);
        return form.matches()
                ? Optional.of(new LogSubject(form.group(1), form.group(2)))
                : Optional.empty();
    }

    /** All logs that an instance of that name ever had. */
    static String allOf(String instance) {
        return "countersign.audit." + instance + ".*";
    }

    @Override
    public String toString() {
        return "countersign.audit." + instance + "." + log;
    }
}
