// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.Map;

/** Fills templates. Thread-safe. */
final class Templates {
    private final TemplateEngine engine = TemplateEngine.createPrecompiled(ContentType.Html);

    String render(String template, Map<String, Object> model) {
        StringOutput out = new StringOutput();
        engine.render(template + ".jte", model, out);
        return out.toString();
    }

    Reply page(int status, String template, Map<String, Object> model) {
        return Reply.html(status, render(template, model));
    }

    /** A page that only says something. */
    Reply message(Ask ask, int status, String title, String text) {
        return page(
                status, "message", Map.of("frame", Frame.of(title, "message", ask), "text", text));
    }
}
