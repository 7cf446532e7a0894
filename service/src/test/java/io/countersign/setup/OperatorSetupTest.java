// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.Seed;
import io.countersign.protocol.AccountAuthorization;
import io.countersign.protocol.CredsFile;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.Permissions;
import io.countersign.protocol.SignedAccount;
import io.countersign.protocol.SignedOperator;
import io.countersign.protocol.SignedUser;
import io.nats.jwt.Claim;
import io.nats.jwt.JwtUtils;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator set-up says in its JWTs, read back. */
class OperatorSetupTest {
    private static final List<String> ACCOUNTS =
            List.of("SYS", "AUTH", "COUNTERSIGN", "APP", "billing-2");

    @TempDir Path dir;

    private final Ed25519 ed25519 = Ed25519.best();
    private final JwtReader reader = new JwtReader(ed25519);
    private SetupResult made;
    private SignedOperator operator;

    @BeforeEach
    void setUp() throws Exception {
        made = Made.OPERATOR.cluster(dir.resolve("made"), ServerVersion.OLDEST);
        operator = reader.readOperator(bytes("operator.jwt"));
    }

    @Test
    void operator_signsAccountsWithItsSigningKeyOnly() throws Exception {
        NKey signing = key("keys/offline/operator.signing.nk");
        assertThat(operator.claims().strictSigningKeys()).isTrue();
        assertThat(operator.claims().signingKeys()).containsExactly(signing);
        assertThat(operator.claims().subject()).isEqualTo(key("keys/offline/operator.nk"));
        assertThat(operator.claims().systemAccount()).contains(account("SYS").claims().subject());
        for (String name : ACCOUNTS) {
            assertThat(account(name).issuer()).isEqualTo(signing);
            assertThat(account(name).claims().name()).isEqualTo(name);
        }
    }

    @Test
    void accounts_haveOnePlainSigningKeyEach() throws Exception {
        for (String name : List.of("AUTH", "APP", "billing-2")) {
            assertThat(account(name).claims().signingKeys())
                    .containsExactly(key("keys/" + name + ".signing.nk"));
            assertThat(account(name).claims().scopedKeys()).isEmpty();
        }
        for (String name : List.of("SYS", "COUNTERSIGN")) {
            assertThat(account(name).claims().signingKeys())
                    .containsExactly(key("keys/offline/" + name + ".signing.nk"));
        }
    }

    @Test
    void calloutAccount_namesServiceApplicationsAndXkey() throws Exception {
        AccountAuthorization authorization = account("AUTH").claims().authorization().orElseThrow();
        assertThat(authorization.authUsers()).containsExactly(user("callout").claims().subject());
        assertThat(authorization.anyAccount()).isFalse();
        assertThat(authorization.allowedAccounts())
                .containsExactly(
                        account("APP").claims().subject(), account("billing-2").claims().subject());
        assertThat(authorization.xkey()).contains(key("keys/xkey.nk"));
    }

    @Test
    void calloutAccount_userWithoutPermissions_getsNone() throws Exception {
        Permissions defaults = account("AUTH").claims().defaultPermissions().orElseThrow();
        assertThat(defaults.publish().deny()).containsExactly(">");
        assertThat(defaults.subscribe().deny()).containsExactly(">");
    }

    @Test
    void accounts_onlyThoseThatStoreMessagesHaveJetStream() throws Exception {
        for (String name : List.of("COUNTERSIGN", "APP", "billing-2")) {
            assertThat(account(name).claims().limits().jetStream()).as(name).isPresent();
        }
        for (String name : List.of("SYS", "AUTH")) {
            assertThat(account(name).claims().limits().jetStream()).as(name).isEmpty();
        }
    }

    @Test
    void users_belongToTheirAccountsAndAreSignedByTheirSigningKeys() throws Exception {
        assertUser("callout", "AUTH", "keys/AUTH.signing.nk");
        assertUser("sentinel", "AUTH", "keys/AUTH.signing.nk");
        assertUser("operations", "COUNTERSIGN", "keys/offline/COUNTERSIGN.signing.nk");
        assertUser("admin", "COUNTERSIGN", "keys/offline/COUNTERSIGN.signing.nk");
        assertUser("system", "SYS", "keys/offline/SYS.signing.nk");
    }

    @Test
    void sentinel_needsNoSeedAndMayDoNothing() throws Exception {
        SignedUser sentinel = user("sentinel");
        assertThat(sentinel.claims().bearer()).isTrue();
        Permissions permissions = sentinel.claims().permissions().orElseThrow();
        assertThat(permissions.publish().deny()).containsExactly(">");
        assertThat(permissions.subscribe().deny()).containsExactly(">");
        assertThat(permissions.responses()).isEmpty();
        assertThat(List.of("callout", "operations", "admin", "system"))
                .allSatisfy(name -> assertThat(user(name).claims().bearer()).isFalse());
    }

    @Test
    void users_readByAnotherLibrary_sayTheSame() throws Exception {
        try (CredsFile creds = new SetupUsers(made.folder(), ed25519).creds("sentinel")) {
            String jwt = new String(creds.jwt(), StandardCharsets.US_ASCII);
            Claim claim = new Claim(JwtUtils.getClaimBody(jwt));
            assertThat(claim.sub).isEqualTo(creds.seed().publicKey().text());
            assertThat(claim.iss).isEqualTo(key("keys/AUTH.signing.nk").text());
            assertThat(claim.userClaim.bearerToken).isTrue();
            assertThat(claim.userClaim.pub.deny).containsExactly(">");
            assertThat(claim.userClaim.sub.deny).containsExactly(">");
        }
    }

    @Test
    void servers_startWithEveryAccount() throws Exception {
        for (String server : List.of("n1", "n2", "n3")) {
            String conf = Made.text(made, "servers/" + server + ".conf");
            for (String name : ACCOUNTS) {
                assertThat(conf)
                        .contains(
                                account(name).claims().subject()
                                        + ": \""
                                        + Made.text(made, "accounts/" + name + ".jwt")
                                        + "\"");
            }
            assertThat(conf).contains("type: full");
        }
    }

    @Test
    void servers_defaultSentinel_onlyWhereEveryServerKnowsIt() throws Exception {
        assertThat(Made.text(made, "servers/n1.conf")).doesNotContain("default_sentinel");
        SetupResult newer = Made.OPERATOR.cluster(dir.resolve("a"), ServerVersion.parse("2.11.1"));
        assertThat(Made.text(newer, "servers/n1.conf")).doesNotContain("default_sentinel");
        SetupResult newest = Made.OPERATOR.cluster(dir.resolve("b"), ServerVersion.parse("2.11.2"));
        try (CredsFile sentinel = new SetupUsers(newest.folder(), ed25519).creds("sentinel")) {
            assertThat(Made.text(newest, "servers/n1.conf"))
                    .contains(
                            "default_sentinel: \""
                                    + new String(sentinel.jwt(), StandardCharsets.US_ASCII)
                                    + "\"");
        }
    }

    @Test
    void servers_pinTheCalloutAccountToARoute() throws Exception {
        assertThat(Made.text(made, "servers/n2.conf"))
                .contains("accounts: [\"" + account("AUTH").claims().subject() + "\"]");
    }

    private void assertUser(String name, String accountName, String signingKey) throws Exception {
        SignedUser user = user(name);
        assertThat(user.claims().name()).isEqualTo(name);
        assertThat(user.account()).isEqualTo(account(accountName).claims().subject());
        assertThat(user.issuer()).isEqualTo(key(signingKey));
    }

    private SignedAccount account(String name) throws Exception {
        return reader.readAccount(bytes("accounts/" + name + ".jwt"));
    }

    private SignedUser user(String name) throws Exception {
        try (CredsFile creds = new SetupUsers(made.folder(), ed25519).creds(name)) {
            SignedUser user = reader.readUser(creds.jwt());
            assertThat(user.claims().subject()).isEqualTo(creds.seed().publicKey());
            return user;
        }
    }

    private NKey key(String path) throws Exception {
        try (Seed seed = Seed.read(made.folder().resolve(path))) {
            return seed.publicKey();
        }
    }

    private byte[] bytes(String path) throws Exception {
        return Files.readAllBytes(made.folder().resolve(path));
    }
}
