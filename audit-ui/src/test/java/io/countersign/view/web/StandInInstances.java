// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Instances that answer as they were told to, in the form of real ones; SystemIT asks real ones.
 * Remembers what it was asked. Thread-safe.
 */
public final class StandInInstances implements Operations {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** A request. */
    record Asked(String verb, ObjectNode body, String onBehalfOf, String once) {}

    /** From now on. */
    public StandInInstances answering(String verb, String json) {
        answers.put(verb, json);
        return this;
    }

    List<Asked> asked() {
        return asked;
    }

    @Override
    public boolean isThere() {
        return true;
    }

    @Override
    public JsonNode ask(String verb, ObjectNode body, String onBehalfOf, String once)
            throws IOException {
        asked.add(new Asked(verb, body, onBehalfOf, once));
        String answer = answers.get(verb);
        if (answer == null) {
            throw new IOException("no instance answered within PT15S");
        }
        return JSON.readTree(answer);
    }
}
