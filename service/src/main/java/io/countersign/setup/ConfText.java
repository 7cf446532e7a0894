// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.protocol.Permissions;
import io.countersign.protocol.SubjectPermissions;
import java.util.List;
import java.util.stream.Collectors;

/** Values in the syntax of nats-server's configuration files. */
final class ConfText {
    private ConfText() {}

    /**
     * A text in quotes. Without them a server would read {@code $…} as a variable and {@code 1k} as
     * a number.
     *
     * @throws IllegalArgumentException for control characters, which nothing here has
     */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7f) {
                throw new IllegalArgumentException(
                        "text: control character at " + i + " (expected: printable)");
            }
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c);
        }
        return quoted.append('"').toString();
    }

    static String list(List<String> texts) {
        return texts.stream().map(ConfText::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Publish and subscribe permissions of a user, in braces, on one line. */
    static String permissions(Permissions permissions) {
        return "{ publish: %s, subscribe: %s }"
                .formatted(side(permissions.publish()), side(permissions.subscribe()));
    }

    private static String side(SubjectPermissions side) {
        // A list that is not written means no limit to a server; an empty one means the same.
        String allow = side.allow().isEmpty() ? "" : "allow: " + list(side.allow()) + " ";
        String deny = side.deny().isEmpty() ? "" : "deny: " + list(side.deny()) + " ";
        return "{ " + allow + deny + "}";
    }
}
