// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What came of ending sessions.
 *
 * @param ended by a kick of ours
 * @param remaining still there as far as we know
 * @param unreachable on servers that nobody reaches: down, or cut off
 */
public record Cut(int ended, int remaining, int unreachable) {
    public static final Cut NONE = new Cut(0, 0, 0);

    /** Both together. */
    public Cut plus(Cut other) {
        return new Cut(
                ended + other.ended, remaining + other.remaining, unreachable + other.unreachable);
    }

    static Cut of(Kicker.Kick kick) {
        return switch (kick) {
            case ENDED -> new Cut(1, 0, 0);
            case GONE -> NONE;
            case UNREACHABLE -> new Cut(0, 0, 1);
            case FAILED -> new Cut(0, 1, 0);
        };
    }

    /** For answers. */
    public ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("ended", ended)
                .put("remaining", remaining)
                .put("unreachable", unreachable);
    }

    static Cut of(JsonNode json) {
        return new Cut(
                json.path("ended").asInt(),
                json.path("remaining").asInt(),
                json.path("unreachable").asInt());
    }
}
