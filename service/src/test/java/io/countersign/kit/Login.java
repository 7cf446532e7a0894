// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.time.Duration;

/** What became of a CONNECT; {@code elapsed} is measured from sending it. */
public sealed interface Login {
    /** How long the answer took. */
    Duration elapsed();

    /** The server answered our PING: we are in. */
    record Admitted(Duration elapsed) implements Login {}

    /** The server said no, with this text: {@code Authorization Violation}, for example. */
    record Refused(String text, Duration elapsed) implements Login {}

    /** The server hung up without a word. */
    record Closed(Duration elapsed) implements Login {}

    /** The server said nothing while we waited; the connection is still open. */
    record TimedOut(Duration elapsed) implements Login {}
}
