// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import java.util.Map;

/** An answer: status, what it is, what goes with it, and the text. */
record Reply(int status, String type, Map<String, String> headers, String body) {
    static Reply html(int status, String body) {
        return new Reply(status, "text/html; charset=utf-8", Map.of(), body);
    }

    static Reply redirect(String to, Map<String, String> headers) {
        var all = new java.util.HashMap<>(headers);
        all.put("Location", to);
        return new Reply(303, "text/plain; charset=utf-8", Map.copyOf(all), "");
    }

    static Reply file(String type, String name, String body) {
        return new Reply(
                200,
                type,
                Map.of("Content-Disposition", "attachment; filename=\"" + name + '"'),
                body);
    }
}
