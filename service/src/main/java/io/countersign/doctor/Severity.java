// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import java.util.Locale;

/** How bad a finding is. */
public enum Severity {
    /** Logins fail, or people get in past the service. */
    ERROR,
    /** It works, but not as it should. */
    WARNING;

    /** Stable lower-case word. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
