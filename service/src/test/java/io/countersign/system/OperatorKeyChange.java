// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.kit.Deployment;
import io.countersign.kit.NatsServer;
import io.countersign.protocol.AccountAuthorization;
import io.countersign.protocol.AccountClaims;
import io.countersign.protocol.CredsFile;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.Placement;
import io.countersign.protocol.UserClaims;
import io.countersign.protocol.UserJwt;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The xkey and the callout account's signing key stand in the account's JWT, which is pushed. The
 * signing key has also signed the service's own user and the sentinel: those are made anew.
 */
final class OperatorKeyChange extends KeyChange {
    private static final String OLD = "keys/AUTH.signing.nk";

    private final Deployment system;
    private final NKey account;
    private final NKey oldIssuer;
    private final NKey issuer;
    private final NKey xkey;
    private final String oldSentinel;

    OperatorKeyChange(Deployment system) throws Exception {
        super(system);
        this.system = system;
        account = key("keys/offline/AUTH.nk");
        oldIssuer = key(OLD);
        issuer = make("keys/AUTH.signing-new.nk", NKeyType.ACCOUNT);
        xkey = make("keys/xkey-new.nk", NKeyType.CURVE);
        oldSentinel = system.sentinel().orElseThrow();
    }

    /** The servers first: they take what is signed with the new key before anybody uses it. */
    @Override
    void addNewKeys() throws Exception {
        push(claims -> claims.withKeys(List.of(oldIssuer, issuer), List.of()));
        String config = "countersign.yaml";
        replace(config, "[keys/xkey.nk]", "[keys/xkey-new.nk, keys/xkey.nk]");
        replace(config, "[" + OLD + "]", "[keys/AUTH.signing-new.nk]");
        signAnew("callout");
        signAnew("sentinel");
    }

    @Override
    void switchAccount() throws Exception {
        push(this::sealedForNew);
    }

    private AccountClaims sealedForNew(AccountClaims claims) {
        AccountAuthorization old = claims.authorization().orElseThrow();
        return claims.withAuthorization(
                new AccountAuthorization(
                        old.authUsers(),
                        old.allowedAccounts(),
                        old.anyAccount(),
                        Optional.of(xkey)));
    }

    /** Its file names the sentinel for clients that bring none. */
    @Override
    void switchServer(NatsServer server) throws IOException {
        String text = Files.readString(server.configuration());
        if (text.contains("default_sentinel")) {
            replace(server.configuration(), oldSentinel, system.sentinel().orElseThrow());
        }
    }

    @Override
    void removeOldKeys() throws Exception {
        replace("countersign.yaml", "[keys/xkey-new.nk, keys/xkey.nk]", "[keys/xkey-new.nk]");
        Files.delete(file("keys/xkey.nk"));
    }

    @Override
    void forgetInAccount() throws Exception {
        push(claims -> claims.withKeys(List.of(issuer), List.of()));
    }

    @Override
    void assertNewKeysInUse(NatsServer server) {
        JsonNode claims =
                server.monitor("/accountz?acc=" + account.text())
                        .path("account_detail")
                        .path("decoded_jwt");
        assertThat(claims.toString())
                .contains(issuer.text(), xkey.text())
                .doesNotContain(oldIssuer.text());
    }

    /** The same user key and permissions, signed with the new key. */
    private void signAnew(String user) throws Exception {
        var file = file("creds/" + user + ".creds");
        try (CredsFile creds = CredsFile.parse(Files.readAllBytes(file));
                Seed seed = Seed.read(file("keys/AUTH.signing-new.nk"))) {
            UserClaims claims = new JwtReader(ED25519).readUser(creds.jwt()).claims();
            byte[] jwt = UserJwt.mint(claims, new Placement.ByKey(account), ED25519.signer(seed));
            Files.write(file, CredsFile.write(jwt, creds.seed()));
        }
    }

    private void push(UnaryOperator<AccountClaims> change) throws Exception {
        AccountPushes.push(system, "AUTH", change);
    }
}
