// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.regex.Pattern;

/** Paths in a policy file, written as problems name them. */
final class Paths {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_$-]+");

    private Paths() {}

    /** The value of a key; an unusual key is quoted: {@code when.attributes."cost.centre"}. */
    static String key(String path, String key) {
        String name =
                PLAIN.matcher(key).matches()
                        ? key
                        : '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        return path.isEmpty() ? name : path + "." + name;
    }

    /** An item of a list, from 0. */
    static String item(String path, String key, int index) {
        return key(path, key) + "[" + index + "]";
    }
}
