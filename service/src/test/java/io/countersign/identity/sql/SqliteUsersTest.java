// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.sql;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class SqliteUsersTest extends SqlAuthenticatorContract {
    @TempDir static Path folder;

    @BeforeAll
    static void fill() throws Exception {
        SqlFixture.fill(path());
    }

    private static String path() {
        return "jdbc:sqlite:" + folder.resolve("people.db");
    }

    @Override
    String url() {
        return path();
    }
}
