// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.Message;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.protocol.AccountAuthorization;
import io.countersign.protocol.AccountClaims;
import io.countersign.protocol.AccountJwt;
import io.countersign.protocol.CredsFile;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.Placement;
import io.countersign.protocol.UserClaims;
import io.countersign.protocol.UserJwt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The xkey and the callout account's signing key stand in the account's JWT, which is pushed. The
 * signing key has also signed the service's own user and the sentinel: those are made anew.
 */
final class OperatorKeyChange extends KeyChange {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
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

    /** Changes the account's JWT and brings it to every server. */
    private void push(UnaryOperator<AccountClaims> change) throws Exception {
        Path file = file("accounts/AUTH.jwt");
        try (Seed seed = Seed.read(file("keys/offline/operator.signing.nk"))) {
            byte[] old = Files.readString(file).strip().getBytes(StandardCharsets.US_ASCII);
            AccountClaims claims = new JwtReader(ED25519).readAccount(old).claims();
            // A resolver takes the newer one, and time goes by in seconds.
            AccountClaims next = change.apply(claims).issuedAt(claims.issuedAt().plusSeconds(1));
            byte[] jwt = AccountJwt.mint(next, ED25519.signer(seed));
            assertThat(publish(jwt)).as("servers that took it").isEqualTo(system.servers().size());
            Files.write(file, jwt);
        }
    }

    private long publish(byte[] jwt) throws Exception {
        try (RawClient client = RawClient.connect(system.server());
                CredsFile creds = CredsFile.parse(Files.readAllBytes(file("creds/system.creds")))) {
            Signer signer = ED25519.signer(creds.seed());
            String user = new String(creds.jwt(), StandardCharsets.US_ASCII);
            assertThat(client.login(Map.of("jwt", user), signer::sign))
                    .isInstanceOf(Login.Admitted.class);
            client.subscribe("_INBOX.push");
            client.publish("$SYS.REQ.CLAIMS.UPDATE", "_INBOX.push", jwt);
            long taken = 0;
            for (NatsServer _ : system.servers()) {
                Message answer = client.awaitMessage(PATIENCE).orElseThrow();
                taken += answer.text().contains("\"error\"") ? 0 : 1;
            }
            return taken;
        }
    }
}
