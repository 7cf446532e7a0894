// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

/**
 * A key that is kept elsewhere (Vault, a PKCS#11 token) did not sign: our own fault, never the
 * client's. Keys in this process never throw it.
 */
public final class SigningUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message where the key is and what went wrong, without secrets
     */
    public SigningUnavailable(String message) {
        super(message);
    }

    public SigningUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
