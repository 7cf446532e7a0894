// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.protocol.Permissions;
import io.countersign.protocol.ResponsePermission;
import io.countersign.protocol.SubjectPermissions;
import java.util.List;
import java.util.Optional;

/** The permissions of an allow as they went into the user JWT; at most 64 subjects a list. */
public record GrantedPermissions(
        Subjects publish, Subjects subscribe, Optional<Responses> responses) {

    /** Allowed and denied subjects of one direction; no allow at all means everything. */
    public record Subjects(List<String> allow, List<String> deny) {
        public Subjects {
            allow = BoundedText.cutAll(allow, AuditEntry.LIST_LENGTH, AuditEntry.NAME_BYTES);
            deny = BoundedText.cutAll(deny, AuditEntry.LIST_LENGTH, AuditEntry.NAME_BYTES);
        }

        private static Subjects of(SubjectPermissions permissions) {
            return new Subjects(permissions.allow(), permissions.deny());
        }
    }

    /**
     * Permission to reply.
     *
     * @param ttlMillis negative = no limit
     */
    public record Responses(long max, long ttlMillis) {
        private static Responses of(ResponsePermission permission) {
            return new Responses(permission.max(), permission.ttl().toMillis());
        }
    }

    public static GrantedPermissions of(Permissions permissions) {
        return new GrantedPermissions(
                Subjects.of(permissions.publish()),
                Subjects.of(permissions.subscribe()),
                permissions.responses().map(Responses::of));
    }
}
