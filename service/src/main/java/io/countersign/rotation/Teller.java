// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import java.time.Duration;

/** Whoever gives the command. */
public interface Teller {
    /** A line to read. */
    void tell(String line);

    /** True if the answer is yes. */
    boolean agrees(String question);

    /** Lets time go by until the next look. */
    void pause(Duration time) throws InterruptedException;
}
