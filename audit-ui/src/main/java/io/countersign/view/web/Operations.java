// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Asks the instances for something, signed with the view's own key. Thread-safe. */
public interface Operations {
    /** For a view without a key: it only looks. */
    Operations NONE =
            new Operations() {
                @Override
                public boolean isThere() {
                    return false;
                }

                @Override
                public JsonNode ask(String verb, ObjectNode body, String onBehalfOf, String once)
                        throws IOException {
                    throw new IOException("this view has no key to act with");
                }
            };

    /** True if this view can act. */
    boolean isThere();

    /**
     * What an instance answered; a refusal has the member {@code refused}.
     *
     * @param once the id of the request: no instance takes it a second time
     * @throws IOException if none answers
     */
    JsonNode ask(String verb, ObjectNode body, String onBehalfOf, String once)
            throws IOException, InterruptedException;
}
