// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

import java.util.Base64;

/** Standard base64 (RFC 4648 section 4), read strictly: one text for each byte sequence. */
final class Base64Text {
    private Base64Text() {}

    static byte[] decode(String text) throws BadNote {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new BadNote("base64: " + e.getMessage());
        }
        if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
            throw new BadNote("base64: not canonical");
        }
        return bytes;
    }
}
