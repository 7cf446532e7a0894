// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup.conf;

import java.util.Arrays;

/** Names that servers take for the same option. */
final class Keys {
    static final String[] USER = {"user", "username"};
    static final String[] PASSWORD = {"pass", "password"};
    static final String[] PERMISSIONS = {"permission", "permissions", "authorization"};
    static final String[] DEFAULTS = {"default_permission", "default_permissions", "permissions"};
    static final String[] CONNECTIONS = {
        "allowed_connection_types", "connection_types", "clients", "allowed_connections"
    };
    static final String[] PUBLISH = {"pub", "publish", "import"};
    static final String[] SUBSCRIBE = {"sub", "subscribe", "export"};
    static final String[] RESPONSES = {"publish_allow_responses", "allow_responses"};
    static final String[] MAX = {"max", "max_msgs", "max_messages", "max_responses"};
    static final String[] WITHIN = {"expires", "expiration", "ttl"};

    private Keys() {}

    static boolean isOneOf(String key, String[]... names) {
        return Arrays.stream(names)
                .flatMap(Arrays::stream)
                .anyMatch(name -> name.equalsIgnoreCase(key));
    }
}
