// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.view.access.SavedViews.SavedView;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the Explorer relies on, wherever saved views are kept. */
public abstract class SavedViewsContract {
    private static final Viewer ANN = new Viewer("ann", Viewer.LOCAL, Role.ADMIN, Set.of());
    private static final Viewer OTHER_ANN = new Viewer("ann", Viewer.OIDC, Role.VIEW, Set.of());

    /** The views at the place of this test. */
    protected abstract SavedViews open();

    @Test
    void save_view_isThereForThatPersonAndOnEveryReplica() throws Exception {
        SavedView view = new SavedView("Night's “guests” <b>", "/explore?t=24h&q=outcome%3Adeny");

        assertThat(open().save(ANN, view)).isTrue();

        assertThat(open().of(ANN)).containsExactly(view);
        assertThat(open().of(OTHER_ANN)).isEmpty();
    }

    @Test
    void save_sameName_takesItsPlace() throws Exception {
        SavedViews views = open();
        views.save(ANN, new SavedView("b", "/explore?t=1h"));
        views.save(ANN, new SavedView("a", "/explore?t=1h"));
        views.save(ANN, new SavedView("b", "/explore?t=7d"));

        assertThat(views.of(ANN))
                .containsExactly(
                        new SavedView("a", "/explore?t=1h"), new SavedView("b", "/explore?t=7d"));
    }

    @Test
    void save_oneTooMany_isRefusedAndAnOldOneCanStillBeChanged() throws Exception {
        SavedViews views = open();
        for (int i = 0; i < SavedViews.MOST; i++) {
            assertThat(views.save(ANN, new SavedView("v" + i, "/explore"))).isTrue();
        }
        assertThat(views.save(ANN, new SavedView("more", "/explore"))).isFalse();
        assertThat(views.save(ANN, new SavedView("v7", "/explore?t=1h"))).isTrue();
        assertThat(views.save(OTHER_ANN, new SavedView("mine", "/explore"))).isTrue();
        assertThat(views.of(ANN)).hasSize(SavedViews.MOST);
    }

    @Test
    void forget_view_forgetsNoOther() throws Exception {
        SavedViews views = open();
        views.save(ANN, new SavedView("a", "/explore"));
        views.save(ANN, new SavedView("b", "/explore"));
        views.save(OTHER_ANN, new SavedView("a", "/explore"));

        views.forget(ANN, "a");
        views.forget(ANN, "none\0");

        assertThat(views.of(ANN)).containsExactly(new SavedView("b", "/explore"));
        assertThat(views.of(OTHER_ANN)).hasSize(1);
    }

    @Test
    void savedView_thatLeadsElsewhereOrBreaksALine_isNone() {
        for (String link :
                new String[] {
                    "https://evil.example/explore",
                    "//evil.example",
                    "/export?t=1h",
                    "javascript:alert(1)",
                    "/explore?q=a b",
                    "/explore?q=a\tb",
                    "/explore\n",
                    "/explore?" + "x".repeat(SavedViews.LONGEST_LINK)
                }) {
            assertThatThrownBy(() -> new SavedView("a", link))
                    .as(link)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (String name : new String[] {"", " ", "a\tb", "a\nb", "x".repeat(81)}) {
            assertThatThrownBy(() -> new SavedView(name, "/explore"))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
