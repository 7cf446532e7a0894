// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.identity.Identity;
import java.util.ArrayList;
import java.util.List;

/**
 * Something exact about an identity by which rules are found: its name, what its name begins or
 * ends with, a group, an attribute's value, its source.
 *
 * @param key of the attribute; {@link #PREFIX} for the beginning of a name, {@link #SUFFIX} for the
 *     end of one; else empty
 */
record Anchor(Aspect aspect, String key, String value) {
    private static final String PREFIX = "…*";
    private static final String SUFFIX = "*…";

    static Anchor of(Aspect aspect, String value) {
        return new Anchor(aspect, "", value);
    }

    /** Length of the beginning that it stands for; 0 for all others. */
    int prefixLength() {
        return aspect == Aspect.NAME && key.equals(PREFIX) ? value.length() : 0;
    }

    /** Length of the end that it stands for; 0 for all others. */
    int suffixLength() {
        return aspect == Aspect.NAME && key.equals(SUFFIX) ? value.length() : 0;
    }

    static Anchor ofSuffix(String end) {
        return new Anchor(Aspect.NAME, SUFFIX, end);
    }

    static Anchor ofPrefix(String beginning) {
        return new Anchor(Aspect.NAME, PREFIX, beginning);
    }

    /**
     * All that an identity has.
     *
     * @param longestPrefix beginnings of names up to this length are of interest
     * @param longestSuffix so are ends up to this one
     */
    static List<Anchor> of(Identity identity, int longestPrefix, int longestSuffix) {
        List<Anchor> anchors = new ArrayList<>();
        String name = identity.principal().name();
        anchors.add(of(Aspect.NAME, name));
        for (int i = 1; i <= Math.min(name.length(), longestPrefix); i++) {
            anchors.add(ofPrefix(name.substring(0, i)));
        }
        for (int i = 1; i <= Math.min(name.length(), longestSuffix); i++) {
            anchors.add(ofSuffix(name.substring(name.length() - i)));
        }
        anchors.add(of(Aspect.SOURCE, identity.principal().source()));
        identity.groups().forEach(group -> anchors.add(of(Aspect.GROUPS, group)));
        identity.attributes()
                .forEach((key, values) ->
                        values.forEach(
                                value -> anchors.add(new Anchor(Aspect.ATTRIBUTES, key, value))));
        return anchors;
    }
}
