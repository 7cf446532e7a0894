// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.access.OidcLogin;
import io.countersign.view.access.Sessions;
import java.time.Duration;

/**
 * The cookies of the view. With HTTPS their names have the prefix that keeps other hosts of the
 * same domain from setting them.
 */
final class Cookies {
    private static final Duration YEAR = Duration.ofDays(365);

    private final boolean isSecure;

    Cookies(boolean isSecure) {
        this.isSecure = isSecure;
    }

    String sessionName() {
        return name("countersign_view");
    }

    String departureName() {
        return name("countersign_login");
    }

    String looksName() {
        return name("countersign_look");
    }

    private String name(String plain) {
        return isSecure ? "__Host-" + plain : plain;
    }

    String session(String value) {
        return cookie(sessionName(), value, Sessions.LIFETIME);
    }

    String noSession() {
        return cookie(sessionName(), "", Duration.ZERO);
    }

    String departure(String value) {
        return cookie(departureName(), value, OidcLogin.PATIENCE);
    }

    String noDeparture() {
        return cookie(departureName(), "", Duration.ZERO);
    }

    String looks(Preferences preferences) {
        return cookie(looksName(), preferences.cookie(), YEAR);
    }

    /** Lax: a link from a chat to an entry must find its reader logged in. */
    private String cookie(String name, String value, Duration age) {
        return "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s"
                .formatted(name, value, age.toSeconds(), isSecure ? "; Secure" : "");
    }
}
