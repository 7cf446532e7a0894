// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.callout.Secrets;
import io.countersign.config.Login;
import io.countersign.config.SecretSource;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.nats.PlainConnection;
import io.countersign.nats.Received;
import io.countersign.setup.AccountChange;
import io.countersign.setup.AccountPush;
import io.countersign.setup.ClaimsPublisher;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Changes the callout account's JWT on a running server. */
record Resolver(Path folder, String url) implements ClaimsPublisher {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    void change(AccountChange... changes) throws Exception {
        for (AccountChange change : changes) {
            AccountPush.Report report =
                    new AccountPush(Ed25519.best(), this, Clock.systemUTC())
                            .run(
                                    AccountPush.Options.of(
                                            folder, "AUTH", List.of(change), 1, PATIENCE));
            assertThat(report.isEverywhere()).as(() -> report.lines().toString()).isTrue();
        }
    }

    @Override
    public List<ServerAnswer> push(byte[] jwt, Duration within) throws IOException {
        return ask("$SYS.REQ.CLAIMS.UPDATE", jwt, within)
                .<ServerAnswer>map(it ->
                        it.json().has("error")
                                ? new ServerAnswer.Refused("n1", it.json().toString())
                                : new ServerAnswer.Accepted("n1"))
                .stream()
                .toList();
    }

    @Override
    public Optional<byte[]> lookup(NKey account, Duration within) throws IOException {
        return ask("$SYS.REQ.ACCOUNT." + account.text() + ".CLAIMS.LOOKUP", new byte[0], within)
                .map(Received::payload)
                .filter(jwt -> jwt.length > 0);
    }

    private Optional<Received> ask(String subject, byte[] payload, Duration within)
            throws IOException {
        try (PlainConnection connection = PlainConnection.dial(url, Optional.empty(), within)) {
            Path creds = folder.resolve("creds/system.creds");
            OwnLogin system =
                    new LoginReader(new Secrets(Map.of()), Ed25519.best())
                            .read(new Login.Credentials(new SecretSource.File(creds)));
            connection.login(system.login(), "resolver", within);
            return connection.ask(subject, payload, 1, within, within).stream().findFirst();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
