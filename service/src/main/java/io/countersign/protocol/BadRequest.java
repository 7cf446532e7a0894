// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

/**
 * Bytes that are no valid request. Dropped without a reply. The message is for our own log and
 * contains nothing of the payload's secrets.
 */
public final class BadRequest extends Exception {
    private static final long serialVersionUID = 1L;

    private final RequestFault fault;
    private final String detail;

    public BadRequest(RequestFault fault, String message) {
        super(message, null, false, false); // thrown for hostile input: no stack walk on that path
        this.fault = fault;
        this.detail = message;
    }

    /** What was found and what was expected. */
    public String detail() {
        return detail;
    }

    public RequestFault fault() {
        return fault;
    }
}
