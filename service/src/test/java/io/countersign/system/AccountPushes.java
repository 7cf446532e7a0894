// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.kit.Deployment;
import io.countersign.kit.Login;
import io.countersign.kit.Message;
import io.countersign.kit.NatsServer;
import io.countersign.kit.RawClient;
import io.countersign.protocol.AccountClaims;
import io.countersign.protocol.AccountJwt;
import io.countersign.protocol.CredsFile;
import io.countersign.protocol.JwtReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Operator mode: changes an account's JWT and brings it to every server. */
final class AccountPushes {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Ed25519 ED25519 = Ed25519.best();

    private AccountPushes() {}

    /** By the account's name among the files of setup. */
    static void push(Deployment system, String account, UnaryOperator<AccountClaims> change)
            throws Exception {
        Path file = system.folder().resolve("accounts/" + account + ".jwt");
        try (Seed seed = Seed.read(system.folder().resolve("keys/offline/operator.signing.nk"))) {
            byte[] old = Files.readString(file).strip().getBytes(StandardCharsets.US_ASCII);
            AccountClaims claims = new JwtReader(ED25519).readAccount(old).claims();
            // A resolver takes the newer one, and time goes by in seconds.
            AccountClaims next = change.apply(claims).issuedAt(claims.issuedAt().plusSeconds(1));
            byte[] jwt = AccountJwt.mint(next, ED25519.signer(seed));
            assertThat(publish(system, jwt))
                    .as("servers that took it")
                    .isEqualTo(system.servers().size());
            Files.write(file, jwt);
        }
    }

    private static long publish(Deployment system, byte[] jwt) throws Exception {
        Path file = system.folder().resolve("creds/system.creds");
        try (RawClient client = RawClient.connect(system.server());
                CredsFile creds = CredsFile.parse(Files.readAllBytes(file))) {
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
