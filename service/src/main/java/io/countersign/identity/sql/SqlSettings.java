// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.sql;

import java.time.Duration;

/**
 * Which database, and what it is asked.
 *
 * @param url JDBC, without credentials
 * @param user may be empty
 * @param password may be empty
 * @param query by {@code :name}; empty: passwords are none of its business
 * @param tokenQuery by {@code :token}, the SHA-256 in hex; empty: the same for tokens
 * @param connections at most
 * @param limit for each wait on the database
 */
public record SqlSettings(
        String url,
        String user,
        String password,
        String query,
        String tokenQuery,
        int connections,
        Duration limit) {
    /** Without the password. */
    @Override
    public String toString() {
        return "SqlSettings[" + url + "]";
    }
}
