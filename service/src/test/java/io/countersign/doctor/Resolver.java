// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Login;
import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.Seed;
import io.countersign.nats.PlainConnection;
import io.countersign.nats.Received;
import io.countersign.protocol.AccountAuthorization;
import io.countersign.protocol.AccountClaims;
import io.countersign.protocol.AccountJwt;
import io.countersign.protocol.JwtReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Changes accounts' JWTs on a running server. Not thread-safe. */
final class Resolver {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Ed25519 ed25519 = Ed25519.best();
    private final Path folder;
    private final String url;
    private final AccountClaims made;
    private final Map<NKey, AccountClaims> changed = new LinkedHashMap<>();
    private Instant last;

    Resolver(Path folder, String url) throws Exception {
        this.folder = folder;
        this.url = url;
        this.made = made("AUTH");
        this.last = made.issuedAt();
    }

    /** An account as the set-up made it. */
    AccountClaims made(String name) throws Exception {
        byte[] jwt = Files.readAllBytes(folder.resolve("accounts/" + name + ".jwt"));
        return new JwtReader(ed25519).readAccount(jwt).claims();
    }

    /** Another JWT for one of the accounts. */
    void change(String name, UnaryOperator<AccountClaims> how) throws Exception {
        AccountClaims before = made(name);
        changed.putIfAbsent(before.subject(), before);
        push(how.apply(before));
    }

    /** As the set-up made it. */
    AccountAuthorization authorization() {
        return made.authorization().orElseThrow();
    }

    void authUsers(List<NKey> users) throws Exception {
        AccountAuthorization old = authorization();
        push(
                made.withAuthorization(
                        new AccountAuthorization(users, old.allowedAccounts(), false, old.xkey())));
    }

    void allowedAccounts(List<NKey> accounts) throws Exception {
        AccountAuthorization old = authorization();
        push(
                made.withAuthorization(
                        new AccountAuthorization(old.authUsers(), accounts, false, old.xkey())));
    }

    void xkey(NKey xkey) throws Exception {
        AccountAuthorization old = authorization();
        push(
                made.withAuthorization(
                        new AccountAuthorization(
                                old.authUsers(), old.allowedAccounts(), false, Optional.of(xkey))));
    }

    void withoutCallout() throws Exception {
        push(
                AccountClaims.of(made.subject(), made.name(), made.issuedAt())
                        .withKeys(made.signingKeys(), made.scopedKeys()));
    }

    void restore() throws Exception {
        for (AccountClaims before : List.copyOf(changed.values())) {
            push(before);
        }
        changed.clear();
    }

    private void push(AccountClaims claims) throws Exception {
        // A resolver takes no JWT that is as old as its own.
        last = last.plusSeconds(1);
        if (claims.subject().equals(made.subject())) {
            changed.put(made.subject(), made);
        }
        OwnLogin system =
                new LoginReader(new Secrets(Map.of()), ed25519)
                        .read(
                                new Login.Credentials(
                                        new SecretSource.File(
                                                folder.resolve("creds/system.creds"))));
        try (Seed seed = Seed.read(folder.resolve("keys/offline/operator.signing.nk"));
                PlainConnection connection =
                        PlainConnection.dial(url, Optional.empty(), PATIENCE)) {
            byte[] jwt = AccountJwt.mint(claims.issuedAt(last), ed25519.signer(seed));
            connection.login(system.login(), "resolver", PATIENCE);
            List<Received> answers =
                    connection.ask("$SYS.REQ.CLAIMS.UPDATE", jwt, 1, PATIENCE, PATIENCE);
            assertThat(answers)
                    .singleElement()
                    .satisfies(it -> assertThat(it.json().has("data")).isTrue());
        }
    }
}
