// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Collects the permission and limit members of a user JWT, a scope's template or an account's
 * defaults while they are read.
 */
final class PermissionsReader {
    private static final Duration DEFAULT_TTL = Duration.ofMinutes(2);

    private SubjectPermissions publish = SubjectPermissions.ALL;
    private SubjectPermissions subscribe = SubjectPermissions.ALL;
    private Optional<ResponsePermission> responses = Optional.empty();
    private boolean limits;

    /** Takes the member if it is one of ours; else the value is still to be read. */
    boolean read(String name, JsonReader json) throws InvalidJwt {
        switch (name) {
            case "pub" -> publish = subjects("pub", json);
            case "sub" -> subscribe = subjects("sub", json);
            case "resp" -> responses = Optional.of(response(json));
            case "subs", "data", "payload" ->
                    limits |= json.integer(name, Long.MIN_VALUE, Long.MAX_VALUE) != 0;
            default -> {
                return false;
            }
        }
        return true;
    }

    Permissions permissions() {
        return new Permissions(publish, subscribe, responses);
    }

    /** True if nothing at all was set, as a scoped key's users must have it. */
    boolean isBlank() {
        return !limits
                && responses.isEmpty()
                && publish.isUnrestricted()
                && subscribe.isUnrestricted();
    }

    private static SubjectPermissions subjects(String what, JsonReader json) throws InvalidJwt {
        List<String> allow = List.of();
        List<String> deny = List.of();
        String name = json.firstField(what);
        for (; name != null; name = json.nextField()) {
            switch (name) {
                case "allow" -> allow = json.texts(what + ".allow");
                case "deny" -> deny = json.texts(what + ".deny");
                default -> json.skip();
            }
        }
        return new SubjectPermissions(allow, deny);
    }

    /** Zeros mean the server's defaults (reference 4). */
    private static ResponsePermission response(JsonReader json) throws InvalidJwt {
        int max = 0;
        long nanos = 0;
        String name = json.firstField("resp");
        for (; name != null; name = json.nextField()) {
            switch (name) {
                case "max" -> max = (int) json.integer("resp.max", -1, Integer.MAX_VALUE);
                case "ttl" -> nanos = json.integer("resp.ttl", Long.MIN_VALUE, Long.MAX_VALUE);
                default -> json.skip();
            }
        }
        return new ResponsePermission(
                max == 0 ? 1 : max, nanos == 0 ? DEFAULT_TTL : Duration.ofNanos(nanos));
    }
}
