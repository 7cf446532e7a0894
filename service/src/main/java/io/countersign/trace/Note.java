// SPDX-License-Identifier: Apache-2.0
package io.countersign.trace;

/**
 * All that a span may say beside its name and its times. A closed list, so that nothing of a client
 * gets into a trace by mistake: no name, no address, no credential. Whoever may know more finds it
 * in the audit trail, by the entry's id.
 */
public enum Note {
    /** Id of the audit entry. */
    ENTRY("countersign.entry"),
    /** {@code allow}, {@code deny} or {@code drop}. */
    DECISION("countersign.decision"),
    /** A reason's code. */
    REASON("countersign.reason"),
    /** The authenticator that had the say, or that is asked: the operator's word. */
    SOURCE("countersign.source"),
    /** The rule that decided: the operator's word. */
    RULE("countersign.rule"),
    /** Where a backend's answer came from: {@code asked}, {@code shared}, {@code remembered}. */
    ANSWER("countersign.answer"),
    METHOD("http.request.method"),
    STATUS("http.response.status_code"),
    /** Host of a backend, from the configuration. */
    HOST("server.address"),
    PORT("server.port");

    private final String key;

    Note(String key) {
        this.key = key;
    }

    /** Name of the attribute; OpenTelemetry's own where it has one. */
    public String key() {
        return key;
    }
}
