// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

/** Paths in a policy file, written as problems name them. */
final class Paths {
    private Paths() {}

    /** The value of a key; an unusual key is quoted: {@code when.attributes."cost.centre"}. */
    static String key(String path, String key) {
        String name =
                isPlain(key) ? key : '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        return path.isEmpty() ? name : path + "." + name;
    }

    /** An item of a list, from 0. */
    static String item(String path, String key, int index) {
        return key(path, key) + "[" + index + "]";
    }

    /** Letters, digits, {@code _ $ -}: asked for every value of a policy. */
    private static boolean isPlain(String key) {
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!isLetter && !(c >= '0' && c <= '9') && "_$-".indexOf(c) < 0) {
                return false;
            }
        }
        return !key.isEmpty();
    }
}
