// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.nio.file.Path;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.io.TempDir;

class SqliteIndexTest extends IndexContract {
    @TempDir private Path directory;

    @Override
    String address() {
        return directory.resolve("index.db").toString();
    }

    @Override
    List<String> plan(String statement) {
        String sql = Reader.sql(Dialect.of(address()), statement);
        return Jdbi.create("jdbc:sqlite:" + address())
                .withHandle(h ->
                        h.createQuery("EXPLAIN QUERY PLAN " + sql.replace("?", "'1'"))
                                .map((row, _) -> row.getString("detail"))
                                .list());
    }
}
