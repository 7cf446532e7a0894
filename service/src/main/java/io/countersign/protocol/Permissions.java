// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.util.Optional;

/** What a user may publish and subscribe to, as it goes into the user JWT. */
public record Permissions(
        SubjectPermissions publish,
        SubjectPermissions subscribe,
        Optional<ResponsePermission> responses) {
    /** Neither publish nor subscribe: for sentinels. */
    public static final Permissions NONE =
            new Permissions(SubjectPermissions.NONE, SubjectPermissions.NONE, Optional.empty());
}
