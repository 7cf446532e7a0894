// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.Ed25519;
import io.countersign.identity.users.PasswordHash;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/** Set-ups for tests, of both modes. */
enum Made {
    OPERATOR {
        @Override
        SetupResult run(SetupOptions options) throws SetupFailed {
            return new OperatorSetup(
                            Ed25519.best(), Made::hash, new SecureRandom(), Clock.systemUTC())
                    .run(options);
        }
    },
    STATIC {
        @Override
        SetupResult run(SetupOptions options) throws SetupFailed {
            return new StaticSetup(Made::hash, new SecureRandom()).run(options);
        }
    };

    abstract SetupResult run(SetupOptions options) throws SetupFailed;

    /** Three servers, two accounts, for the newest or the oldest server. */
    SetupResult cluster(Path folder, ServerVersion oldest) throws SetupFailed {
        return run(
                SetupOptions.in(folder)
                        .withAccounts(List.of("APP", "billing-2"))
                        .withServers(ServerPlan.counted("127.0.0.1", 3, 4222))
                        .withOldestServer(oldest));
    }

    static String text(SetupResult made, String path) throws Exception {
        return Files.readString(made.folder().resolve(path));
    }

    private static String hash(OneTimePassword password) {
        byte[] text = password.reveal().getBytes(StandardCharsets.UTF_8);
        return PasswordHash.make(text, new SecureRandom()).encoded();
    }
}
