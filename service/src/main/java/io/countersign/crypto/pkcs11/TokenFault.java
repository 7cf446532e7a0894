// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto.pkcs11;

import java.io.IOException;
import java.util.Map;

/** A PKCS#11 function said no. */
public final class TokenFault extends IOException {
    private static final long serialVersionUID = 1L;

    static final long DEVICE_REMOVED = 0x32;
    static final long KEY_HANDLE_INVALID = 0x60;
    static final long OBJECT_HANDLE_INVALID = 0x82;
    static final long PIN_INCORRECT = 0xa0;
    static final long SESSION_COUNT = 0xb1;
    static final long SESSION_CLOSED = 0xb0;
    static final long SESSION_HANDLE_INVALID = 0xb3;
    static final long TOKEN_NOT_PRESENT = 0xe0;
    static final long USER_ALREADY_LOGGED_IN = 0x100;
    static final long USER_NOT_LOGGED_IN = 0x101;
    static final long ALREADY_INITIALIZED = 0x191;

    private static final Map<Long, String> NAMES =
            Map.ofEntries(
                    Map.entry(0x02L, "CKR_HOST_MEMORY"),
                    Map.entry(0x05L, "CKR_GENERAL_ERROR"),
                    Map.entry(0x06L, "CKR_FUNCTION_FAILED"),
                    Map.entry(0x30L, "CKR_DEVICE_ERROR"),
                    Map.entry(DEVICE_REMOVED, "CKR_DEVICE_REMOVED"),
                    Map.entry(KEY_HANDLE_INVALID, "CKR_KEY_HANDLE_INVALID"),
                    Map.entry(0x68L, "CKR_KEY_FUNCTION_NOT_PERMITTED"),
                    Map.entry(0x70L, "CKR_MECHANISM_INVALID (the token has no Ed25519)"),
                    Map.entry(OBJECT_HANDLE_INVALID, "CKR_OBJECT_HANDLE_INVALID"),
                    Map.entry(PIN_INCORRECT, "CKR_PIN_INCORRECT"),
                    Map.entry(0xa4L, "CKR_PIN_LOCKED"),
                    Map.entry(SESSION_CLOSED, "CKR_SESSION_CLOSED"),
                    Map.entry(SESSION_COUNT, "CKR_SESSION_COUNT"),
                    Map.entry(SESSION_HANDLE_INVALID, "CKR_SESSION_HANDLE_INVALID"),
                    Map.entry(TOKEN_NOT_PRESENT, "CKR_TOKEN_NOT_PRESENT"),
                    Map.entry(USER_NOT_LOGGED_IN, "CKR_USER_NOT_LOGGED_IN"));

    private final long code;

    TokenFault(String function, long code) {
        super(function + ": " + NAMES.getOrDefault(code, "0x" + Long.toHexString(code)));
        this.code = code;
    }

    long code() {
        return code;
    }
}
