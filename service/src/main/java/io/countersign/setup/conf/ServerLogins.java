// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup.conf;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who may log in to servers with this configuration, and what must be said about it.
 *
 * @param accounts for applications: all but the system's, in the order of the file
 */
public record ServerLogins(List<String> accounts, List<ServerUser> users, List<Note> notes) {
    public ServerLogins {
        accounts = List.copyOf(accounts);
        users = List.copyOf(users);
        notes = List.copyOf(notes);
    }

    /**
     * Reads a server's configuration file.
     *
     * @param environment the variables of the process, null for none of that name
     * @param globalAccount where users go that the file places in no account
     * @throws ConfInvalid also for a configuration whose users are not in it
     */
    public static ServerLogins read(
            Path file, UnaryOperator<@Nullable String> environment, String globalAccount)
            throws ConfInvalid {
        return new LoginsReader(ConfReader.read(file, environment), globalAccount).read();
    }
}
