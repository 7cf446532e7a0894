// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

/** A login with the provider that came to nothing; the message may be shown to whoever tried. */
public final class OidcRefused extends Exception {
    private static final long serialVersionUID = 1L;

    OidcRefused(String message) {
        super(message);
    }

    OidcRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
