// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import io.countersign.kit.CalloutForge;
import java.util.function.Function;

/**
 * An answer that a server must refuse, and what it says then.
 *
 * @param row of the reference's table 2.6
 * @param reason part of what the server says, whatever the case
 */
record WrongAnswer(String row, String name, Function<CalloutForge, byte[]> make, String reason) {
    @Override
    public String toString() {
        return row + " " + name;
    }
}
