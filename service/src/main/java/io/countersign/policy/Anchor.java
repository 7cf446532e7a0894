// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.identity.Identity;
import java.util.ArrayList;
import java.util.List;

/**
 * Something exact about an identity by which rules are found: its name, a group, an attribute's
 * value, its source.
 *
 * @param key of the attribute; empty for the others
 */
record Anchor(Aspect aspect, String key, String value) {
    static Anchor of(Aspect aspect, String value) {
        return new Anchor(aspect, "", value);
    }

    /** All that an identity has. */
    static List<Anchor> of(Identity identity) {
        List<Anchor> anchors = new ArrayList<>();
        anchors.add(of(Aspect.NAME, identity.principal().name()));
        anchors.add(of(Aspect.SOURCE, identity.principal().source()));
        identity.groups().forEach(group -> anchors.add(of(Aspect.GROUPS, group)));
        identity.attributes()
                .forEach((key, values) ->
                        values.forEach(
                                value -> anchors.add(new Anchor(Aspect.ATTRIBUTES, key, value))));
        return anchors;
    }
}
