// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** What a person names when they mean a trail. */
final class TrailPath {
    private TrailPath() {}

    /** The database in a trail's folder, or the file itself. */
    static Path database(Path given) {
        return Files.isDirectory(given) ? given.resolve("trail.db") : given;
    }
}
