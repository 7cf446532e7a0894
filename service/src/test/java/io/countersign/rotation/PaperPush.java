// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.setup.AccountFile;
import io.countersign.setup.AccountPush;
import io.countersign.setup.ClaimsPublisher;
import io.countersign.setup.PushRefused;
import io.countersign.setup.PushReport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** One server that takes every account. */
final class PaperPush implements ClaimsPublisher {
    private final String operator;

    private PaperPush(String operator) {
        this.operator = operator;
    }

    static PushReport run(AccountFile account) throws IOException {
        try {
            String operator =
                    java.nio.file.Files.readString(
                                    account.path().resolveSibling("../operator.jwt").normalize())
                            .strip();
            return new AccountPush(Ed25519.best(), new PaperPush(operator))
                    .run(List.of(account), new AccountPush.Options(false, Duration.ofSeconds(1)));
        } catch (PushRefused e) {
            throw new IOException(e);
        }
    }

    @Override
    public Servers servers(Duration within) {
        return new Servers(List.of(new Server("id", "n1", List.of(operator))), 1, List.of());
    }

    @Override
    public List<ServerAnswer> push(byte[] accountJwt, int servers, Duration within) {
        return List.of(new ServerAnswer.Accepted("id"));
    }

    @Override
    public List<byte[]> lookup(NKey account, int servers, Duration within) {
        return List.of();
    }
}
