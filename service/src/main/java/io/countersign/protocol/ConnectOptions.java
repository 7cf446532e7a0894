// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

/**
 * What the client wrote into its CONNECT (reference 1.4.3): claims, none of them verified. Texts
 * are empty when absent.
 *
 * @param jwt the sentinel in operator mode; some servers put an MQTT password here
 */
public record ConnectOptions(
        String jwt,
        String nkey,
        String sig,
        String authToken,
        String user,
        String pass,
        String name,
        String lang,
        String version,
        int protocol) {
    /** Nothing of it may be logged. */
    @Override
    public String toString() {
        return "ConnectOptions[redacted]";
    }
}
