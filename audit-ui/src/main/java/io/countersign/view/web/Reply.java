// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An answer: status, what it is, what goes with it, and what it says. */
record Reply(
        int status, String type, Map<String, String> headers, List<String> cookies, Body body) {
    static final String HTML = "text/html; charset=utf-8";
    static final String PLAIN = "text/plain; charset=utf-8";

    Reply {
        headers = Map.copyOf(headers);
        cookies = List.copyOf(cookies);
    }

    /** What it says. */
    sealed interface Body {
        /** Ready. */
        record Ready(String text) implements Body {}

        /** Made while it is sent; each piece waits until the one before is on its way. */
        record Streamed(Writer writer) implements Body {}
    }

    /** Makes a long answer piece by piece. */
    interface Writer {
        void write(Out out) throws Exception;
    }

    /** Where pieces go. */
    interface Out {
        void send(String piece) throws Exception;
    }

    static Reply of(int status, String type, String text) {
        return new Reply(status, type, Map.of(), List.of(), new Body.Ready(text));
    }

    static Reply html(int status, String text) {
        return of(status, HTML, text);
    }

    static Reply redirect(String to, String... cookies) {
        return new Reply(303, PLAIN, Map.of("Location", to), List.of(cookies), new Body.Ready(""));
    }

    static Reply download(String type, String name, Writer writer) {
        return new Reply(
                200,
                type,
                Map.of("Content-Disposition", "attachment; filename=\"" + name + '"'),
                List.of(),
                new Body.Streamed(writer));
    }

    Reply with(String header, String value) {
        Map<String, String> all = new HashMap<>(headers);
        all.put(header, value);
        return new Reply(status, type, all, cookies, body);
    }

    Reply withCookie(String cookie) {
        List<String> all = new ArrayList<>(cookies);
        all.add(cookie);
        return new Reply(status, type, headers, all, body);
    }
}
