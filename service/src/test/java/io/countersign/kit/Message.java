// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A message that was received. Immutable. */
public final class Message {
    private final String subject;
    private final Optional<String> reply;
    private final String headers;
    private final byte[] payload;

    Message(String subject, Optional<String> reply, String headers, byte[] payload) {
        this.subject = subject;
        this.reply = reply;
        this.headers = headers;
        this.payload = payload.clone();
    }

    /** The subject (or MQTT topic) that it was sent to. */
    public String subject() {
        return subject;
    }

    /** Where the sender wants an answer, if anywhere. */
    public Optional<String> reply() {
        return reply;
    }

    /** The header block as it came, or empty text if there was none. */
    public String headers() {
        return headers;
    }

    /** The payload, a copy. */
    public byte[] payload() {
        return payload.clone();
    }

    /** The payload as UTF-8. */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** Not the payload: it may carry secrets. */
    @Override
    public String toString() {
        return "Message[" + subject + ", " + payload.length + " bytes]";
    }
}
