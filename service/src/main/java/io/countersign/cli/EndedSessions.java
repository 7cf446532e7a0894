// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;

/** How many live sessions an act has ended, for the terminal. */
final class EndedSessions {
    private EndedSessions() {}

    static void print(JsonNode sessions, PrintWriter out) {
        out.printf(
                "ended %d live sessions, %d remain%n",
                sessions.path("ended").asInt(), sessions.path("remaining").asInt());
        int unreachable = sessions.path("unreachable").asInt();
        if (unreachable > 0) {
            out.printf(
                    "%d more are on servers that cannot be reached: down, or cut off%n",
                    unreachable);
        }
        sessions.path("notes").forEach(note -> out.println(PlainText.of(note.asText())));
    }

    /** False if a session is known to go on, or may. */
    static boolean isAll(JsonNode sessions) {
        return sessions.path("remaining").asInt() == 0 && sessions.path("unreachable").asInt() == 0;
    }
}
