// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** An answer of all instances says which of them it is without. */
final class Silent {
    private Silent() {}

    /** The exit code: 3 if an instance did not answer. */
    static int of(JsonNode answer, PrintWriter out, boolean isJson) {
        List<String> names = new ArrayList<>();
        answer.path("silent").forEach(each -> names.add(PlainText.of(each.asText())));
        if (names.isEmpty()) {
            return ExitCode.DONE;
        }
        if (!isJson) {
            int by = answer.path("by").size();
            out.printf(
                    "%d of %d instances answered; not: %s%n",
                    by, by + names.size(), String.join(", ", names));
        }
        return ExitCode.COULD_NOT;
    }
}
