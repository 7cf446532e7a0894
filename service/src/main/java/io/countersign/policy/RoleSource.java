// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.List;

/**
 * A role: permissions with a name, to be named by grants.
 *
 * @param path of the role ({@code roles.telemetry})
 * @param shorthands {@code inbox}, {@code consumers}, {@code buckets}, {@code services}
 */
public record RoleSource(
        String path,
        String name,
        SideSource publish,
        SideSource subscribe,
        List<Shorthand> shorthands) {
    public RoleSource {
        shorthands = List.copyOf(shorthands);
    }

    /** One that writes all its subjects itself. */
    public RoleSource(String path, String name, SideSource publish, SideSource subscribe) {
        this(path, name, publish, subscribe, List.of());
    }
}
