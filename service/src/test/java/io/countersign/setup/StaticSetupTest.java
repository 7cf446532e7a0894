// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.Seed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the static set-up writes for the servers. */
class StaticSetupTest {
    @TempDir Path dir;

    @Test
    void authCallout_namesIssuerXkeyAndThoseWhoAreNeverAskedAbout() throws Exception {
        SetupResult made = Made.STATIC.cluster(dir.resolve("made"), ServerVersion.OLDEST);
        String conf = Made.text(made, "servers/n3.conf");
        assertThat(conf)
                .contains("issuer: \"" + key(made, "issuer") + "\"")
                .contains("xkey: \"" + key(made, "xkey") + "\"")
                .contains("account: AUTH\n")
                .contains(
                        "auth_users: [\"%s\", \"%s\", \"%s\", \"%s\", \"break-glass\"]"
                                .formatted(
                                        key(made, "callout"),
                                        key(made, "operations"),
                                        key(made, "admin"),
                                        key(made, "system")));
    }

    /** Without AUTH in the list servers would let its users publish forged requests. */
    @Test
    void allowedAccounts_newServers_listTheCalloutAccountToo() throws Exception {
        SetupResult made =
                Made.STATIC.cluster(dir.resolve("made"), ServerVersion.STATIC_ALLOWED_ACCOUNTS);
        assertThat(Made.text(made, "servers/n1.conf"))
                .contains("allowed_accounts: [\"AUTH\", \"APP\", \"billing-2\"]");
    }

    @Test
    void allowedAccounts_oldServers_areLeftOut() throws Exception {
        SetupResult made = Made.STATIC.cluster(dir.resolve("made"), ServerVersion.parse("2.10.29"));
        assertThat(Made.text(made, "servers/n1.conf")).doesNotContain("allowed_accounts");
    }

    @Test
    void breakGlass_password_isInTheFileAsItsHashOnly() throws Exception {
        SetupResult made = Made.STATIC.cluster(dir.resolve("made"), ServerVersion.OLDEST);
        Matcher hash =
                Pattern.compile("user: \"break-glass\", password: \"([^\"]+)\"")
                        .matcher(Made.text(made, "servers/n1.conf"));
        assertThat(hash.find()).isTrue();
        byte[] password = made.passwords().get(1).reveal().getBytes(StandardCharsets.UTF_8);
        assertThat(hash.group(1)).startsWith("$2a$11$");
        assertThat(OpenBSDBCrypt.checkPassword(hash.group(1), password)).isTrue();
    }

    @Test
    void servers_ofOneCluster_shareAccountsAndCallout() throws Exception {
        SetupResult made = Made.STATIC.cluster(dir.resolve("made"), ServerVersion.OLDEST);
        assertThat(shared(made, "n1")).isEqualTo(shared(made, "n2")).isEqualTo(shared(made, "n3"));
        assertThat(shared(made, "n1")).contains("auth_callout").contains("system_account");
    }

    private static String shared(SetupResult made, String server) throws Exception {
        String conf = Made.text(made, "servers/" + server + ".conf");
        return conf.substring(conf.indexOf("system_account"));
    }

    private static String key(SetupResult made, String name) throws Exception {
        try (Seed seed = Seed.read(made.folder().resolve("keys/" + name + ".nk"))) {
            return seed.publicKey().text();
        }
    }
}
