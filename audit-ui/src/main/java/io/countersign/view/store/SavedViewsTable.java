// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.store;

import io.countersign.view.access.SavedViews;
import io.countersign.view.access.Viewer;
import java.util.List;

/** Saved searches in a table that replicas share. Thread-safe. */
public final class SavedViewsTable implements SavedViews {
    static final String TABLE =
            """
            CREATE TABLE IF NOT EXISTS saved_view (
              viewer TEXT NOT NULL, name TEXT NOT NULL, link TEXT NOT NULL,
              PRIMARY KEY (viewer, name))
            """;

    private final Database database;

    public SavedViewsTable(Database database) {
        this.database = database;
    }

    @Override
    public List<SavedView> of(Viewer viewer) {
        return database.with(handle ->
                handle.createQuery(
                                "SELECT name, link FROM saved_view WHERE viewer = :viewer"
                                        + " ORDER BY name COLLATE \"C\"")
                        .bind("viewer", viewer.fullName())
                        .map((row, _) ->
                                new SavedView(row.getString("name"), row.getString("link")))
                        .list());
    }

    @Override
    public boolean save(Viewer viewer, SavedView view) {
        return database.with(handle ->
                handle.createUpdate(
                                        "INSERT INTO saved_view (viewer, name, link)"
                                                + " SELECT :viewer, :name, :link WHERE"
                                                + " (SELECT count(*) FROM saved_view"
                                                + " WHERE viewer = :viewer AND name <> :name) < :most"
                                                + " ON CONFLICT (viewer, name)"
                                                + " DO UPDATE SET link = excluded.link")
                                .bind("viewer", viewer.fullName())
                                .bind("name", view.name())
                                .bind("link", view.link())
                                .bind("most", MOST)
                                .execute()
                        == 1);
    }

    @Override
    public void forget(Viewer viewer, String name) {
        database.with(handle ->
                handle.createUpdate(
                                "DELETE FROM saved_view WHERE viewer = :viewer AND name = :name")
                        .bind("viewer", viewer.fullName())
                        .bind("name", name.replace("\0", "?"))
                        .execute());
    }
}
