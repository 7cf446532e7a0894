// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.store;

import io.countersign.kit.PostgresServer;
import io.countersign.view.access.SavedViews;
import io.countersign.view.access.SavedViewsContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class SavedViewsTableIT extends SavedViewsContract {
    private final List<Database> opened = new ArrayList<>();
    private String url = "";

    @BeforeEach
    void make() {
        url = PostgresServer.shared().database();
    }

    @AfterEach
    void close() {
        opened.forEach(Database::close);
    }

    @Override
    protected SavedViews open() {
        Database database = Database.open(url);
        opened.add(database);
        return new SavedViewsTable(database);
    }
}
