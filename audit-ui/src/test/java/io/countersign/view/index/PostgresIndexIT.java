// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.kit.PostgresServer;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Tag;

@Tag("beside")
class PostgresIndexIT extends IndexContract {
    private String database = "";

    @Override
    String address() {
        database = PostgresServer.shared().database();
        return database;
    }

    /** Tables of a test are so small that a scan would be right: it must have the choice only. */
    @Override
    List<String> plan(String statement) {
        String sql =
                Reader.sql(Dialect.of(database), statement)
                        .replace("string_to_array(?", "string_to_array('1'");
        return Jdbi.create(database)
                .withHandle(h -> {
                    h.execute("SET enable_seqscan = off");
                    return h.createQuery(
                                    "EXPLAIN "
                                            + sql.replace("name = ?", "name = 'o'")
                                                    .replace("token <= ?", "token <= '\\x00'")
                                                    .replace("token > ?", "token > '\\x00'")
                                                    .replace("token >= ?", "token >= '\\x00'")
                                                    .replace("?", "1"))
                            .mapTo(String.class)
                            .list();
                });
    }
}
