// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import io.countersign.identity.users.PasswordHash;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The local people. All replicas that share them see a change at once. Thread-safe. */
public interface Users {
    /** The person of that name. */
    Optional<LocalUser> find(String name);

    /** All of them. */
    List<LocalUser> all();

    /**
     * Gives a person another password, which need not be changed; nobody of that name, nothing
     * happens.
     */
    void change(String name, PasswordHash password) throws IOException;

    /**
     * People, ready to be asked.
     *
     * @param password of the administrator who was made just now; empty if somebody was there
     * @param place where they are kept, for a person to read
     */
    record Opened(Users users, Optional<String> password, String place) {
        @Override
        public String toString() {
            return place;
        }
    }
}
