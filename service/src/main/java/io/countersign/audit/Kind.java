// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import java.util.Optional;

/** What an entry is about. */
public enum Kind {
    /** We answered a request, or chose to stay silent. */
    DECISION("decision"),
    /** What the NATS server made of our answer, and how the session ended. */
    VERDICT("verdict"),
    /** An administrator, or the trail itself, changed something. */
    ACT("act"),
    /** A new generation of keys, authenticators and policy is in force. */
    RELOAD("reload"),
    /** The instance started. */
    START("start");

    private final String word;

    Kind(String word) {
        this.word = word;
    }

    /** Stable word of the encoding. */
    public String word() {
        return word;
    }

    static Optional<Kind> of(String word) {
        for (Kind kind : values()) {
            if (kind.word.equals(word)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
