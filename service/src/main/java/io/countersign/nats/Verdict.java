// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import java.time.Duration;

/** What became of a CONNECT; {@code elapsed} is measured from sending it. */
public sealed interface Verdict {
    /** How long it took. */
    Duration elapsed();

    default boolean isAdmitted() {
        return this instanceof Admitted;
    }

    /** The server answered our PING: we are in. */
    record Admitted(Duration elapsed) implements Verdict {}

    /** The server said no, with this text. */
    record Refused(String text, Duration elapsed) implements Verdict {}

    /** The server hung up without a word. */
    record Closed(Duration elapsed) implements Verdict {}

    /** The server said nothing while we waited. */
    record TimedOut(Duration elapsed) implements Verdict {}
}
