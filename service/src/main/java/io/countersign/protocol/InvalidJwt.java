// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

/**
 * Bytes that are no JWT of the expected form, or whose signature is bad. The message names the
 * place and the expectation and never quotes more than a public key or a short claim.
 */
public final class InvalidJwt extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int SHOWN = 64;

    public InvalidJwt(String message) {
        super(message, null, false, false); // thrown for hostile input: no stack walk on that path
    }

    /**
     * A foreign text made fit for a log line: printable ASCII, cut at 64 characters. Only for
     * claims that are no secrets.
     */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder(SHOWN + 3);
        for (int i = 0; i < text.length() && i < SHOWN; i++) {
            char c = text.charAt(i);
            shown.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return text.length() > SHOWN ? shown.append("...").toString() : shown.toString();
    }
}
