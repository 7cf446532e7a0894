// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.identity.users.PasswordHash;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What logins rely on, wherever people are kept. */
public abstract class UsersContract {
    protected static final SecureRandom RANDOM = new SecureRandom();

    /** Made once: a hash takes its time on purpose. */
    protected static final String HASH = hash("the-password-of-all").encoded();

    /** People at the place of this test; the first call finds nobody there. */
    protected abstract Users.Opened open();

    /** Puts somebody there, by hand, as an operator would. */
    protected abstract void put(String name, String role, String accounts, String hash);

    protected static PasswordHash hash(String password) {
        return PasswordHash.make(password.getBytes(StandardCharsets.UTF_8), RANDOM);
    }

    private static boolean knows(Users users, String name, String password) {
        return users.find(name)
                .orElseThrow()
                .password()
                .matches(password.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void open_nobodyThere_makesAnAdministratorOnce() {
        Users.Opened first = open();
        Users.Opened second = open();

        LocalUser admin = second.users().find("admin").orElseThrow();
        assertThat(knows(first.users(), "admin", first.password().orElseThrow())).isTrue();
        assertThat(admin.mustChange()).isTrue();
        assertThat(admin.viewer().role()).isEqualTo(Role.ADMIN);
        assertThat(admin.viewer().seesAll()).isTrue();
        assertThat(second.password()).isEmpty();
        assertThat(first.toString()).doesNotContain(first.password().orElseThrow());
    }

    @Test
    void change_password_isTheNewOneEverywhereAtOnce() throws Exception {
        Users here = open().users();
        Users there = open().users();
        String before = there.find("admin").orElseThrow().password().encoded();

        here.change("admin", hash("another-long-password"));

        assertThat(there.find("admin").orElseThrow().password().encoded()).isNotEqualTo(before);
        assertThat(knows(there, "admin", "another-long-password")).isTrue();
        assertThat(there.find("admin").orElseThrow().mustChange()).isFalse();
    }

    @Test
    void change_nobody_changesNobody() throws Exception {
        Users users = open().users();
        String before = users.find("admin").orElseThrow().password().encoded();

        users.change("nobody", hash("another-long-password"));
        users.change("adm", hash("another-long-password"));

        assertThat(users.find("admin").orElseThrow().password().encoded()).isEqualTo(before);
        assertThat(users.find("nobody")).isEmpty();
    }

    @Test
    void find_whoWasPutThere_hasRoleAndAccounts() {
        Users users = open().users();
        put("tom", "view", "APP, EDGE", HASH);
        put("olga@example.com", "operate", "", HASH);

        Viewer tom = users.find("tom").orElseThrow().viewer();
        assertThat(tom.role()).isEqualTo(Role.VIEW);
        assertThat(tom.accounts()).isEqualTo(Set.of("APP", "EDGE"));
        assertThat(tom.source()).isEqualTo(Viewer.LOCAL);
        assertThat(users.find("olga@example.com").orElseThrow().viewer().seesAll()).isTrue();
        assertThat(users.all())
                .extracting(user -> user.viewer().name())
                .containsExactlyInAnyOrder("admin", "tom", "olga@example.com");
    }

    @Test
    void find_namesThatNobodyCanHave_areNobody() {
        Users users = open().users();
        for (String name :
                new String[] {"", "admin:", "' OR 1=1 --", "a\0b", "ADMIN", "x".repeat(5000)}) {
            assertThat(users.find(name)).as(name).isEmpty();
        }
    }
}
