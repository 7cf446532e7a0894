// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedViewsFileTest extends SavedViewsContract {
    @TempDir private Path folder;

    @Override
    protected SavedViews open() {
        return new SavedViewsFile(folder.resolve("saved-views"));
    }

    @Test
    void of_linesThatAreNone_areLeftOut() throws Exception {
        Files.writeString(
                folder.resolve("saved-views"),
                "local:ann\ta\t/explore\nrubbish\nlocal:ann\tb\thttps://evil.example\n");

        assertThat(open().of(new Viewer("ann", Viewer.LOCAL, Role.VIEW, Set.of())))
                .containsExactly(new SavedViews.SavedView("a", "/explore"));
    }
}
