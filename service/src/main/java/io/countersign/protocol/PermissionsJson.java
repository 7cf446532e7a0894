// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Permissions as members of a user JWT, a scope's template or an account's defaults. Checks every
 * subject a last time, because a server ignores the ones that it cannot read (reference 4).
 */
final class PermissionsJson {
    private static final List<String> EVERYTHING = List.of(">");

    private PermissionsJson() {}

    /** Writes {@code pub}, {@code sub} and {@code resp}. */
    static void write(JsonWriter json, Permissions permissions) {
        write(json, "pub", permissions.publish(), Subjects::publishProblem);
        write(json, "sub", permissions.subscribe(), Subjects::subscribeProblem);
        permissions
                .responses()
                .ifPresent(responses ->
                        json.name("resp")
                                .beginObject()
                                .member("max", responses.max())
                                .member("ttl", nanos(responses))
                                .endObject());
    }

    private static void write(
            JsonWriter json,
            String name,
            SubjectPermissions permissions,
            Function<String, Optional<String>> problem) {
        check(name, permissions.allow(), problem);
        check(name, permissions.deny(), problem);
        json.name(name)
                .beginObject()
                .optional("allow", allowOf(permissions))
                .optional("deny", permissions.deny())
                .endObject();
    }

    /**
     * "Everything" is written as {@code >}, never as an absent list: without any list the account's
     * default permissions would apply (reference 2.7), and {@code resp} alone would turn publish
     * into "replies only".
     */
    private static List<String> allowOf(SubjectPermissions permissions) {
        boolean nothing = permissions.deny().contains(">");
        return permissions.allow().isEmpty() && !nothing ? EVERYTHING : permissions.allow();
    }

    private static long nanos(ResponsePermission responses) {
        return responses.ttl().isNegative() ? -1 : responses.ttl().toNanos();
    }

    private static void check(
            String name, List<String> subjects, Function<String, Optional<String>> problem) {
        for (int i = 0; i < subjects.size(); i++) {
            Optional<String> found = problem.apply(subjects.get(i));
            if (found.isPresent()) {
                throw new IllegalArgumentException(
                        "%s: %s: %s"
                                .formatted(name, InvalidJwt.shown(subjects.get(i)), found.get()));
            }
        }
    }
}
