// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteWitnessTest extends WitnessContract {
    @TempDir private Path directory;

    @Override
    String address() {
        return directory.resolve("index.db").toString();
    }

    /** Each instance is a witness that never signs its own log: looking for that must be cheap. */
    @Test
    void newest_ofAWitness_isFoundByItsKey() {
        List<String> steps =
                Jdbi.create("jdbc:sqlite:" + address())
                        .withHandle(h ->
                                h.createQuery(
                                                "EXPLAIN QUERY PLAN "
                                                        + Cosignatures.NEWEST.replace("?", "'1'"))
                                        .map((row, _) -> row.getString("detail"))
                                        .list());
        assertThat(steps)
                .anyMatch(step -> step.contains("cosignature_key (log=? AND vkey=?)"))
                .noneMatch(step -> step.matches("(?i).*(scan|temp b-tree).*"));
    }
}
