// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.List;

/**
 * One side ({@code publish} or {@code subscribe}) of a grant or role. No allow list here and in no
 * role of the grant means that nothing is allowed on this side.
 *
 * @param path of the side ({@code rules[0].grant.publish})
 * @param allow subjects, templates and, for {@code subscribe}, {@code subject queue}
 * @param deny what of it is taken away again
 * @param everything {@code everything: true}: its author knows that {@code allow} opens everything
 */
public record SideSource(String path, List<String> allow, List<String> deny, boolean everything) {
    public SideSource {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
    }

    /** One that opens less than everything. */
    public SideSource(String path, List<String> allow, List<String> deny) {
        this(path, allow, deny, false);
    }

    /** A side that is not written. */
    public static SideSource absent(String path) {
        return new SideSource(path, List.of(), List.of());
    }
}
