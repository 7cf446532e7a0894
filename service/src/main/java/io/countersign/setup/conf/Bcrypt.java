// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup.conf;

import io.countersign.identity.users.PasswordHash;
import java.util.regex.Pattern;

/** What servers take for a hash, and which of these the service takes too. */
final class Bcrypt {
    private static final Pattern HASH = Pattern.compile("^\\$2[abxy]\\$\\d{2}\\$.*");

    private Bcrypt() {}

    static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }

    static boolean isReadable(String text) {
        try {
            PasswordHash.parse(text);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
