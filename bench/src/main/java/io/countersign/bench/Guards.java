// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.cluster.RevocationBook;
import io.countersign.cluster.RevocationSeal;
import io.countersign.cluster.RevocationStore;
import io.countersign.cluster.Revocations;
import io.countersign.cluster.throttle.Attempt;
import io.countersign.cluster.throttle.LockoutBook;
import io.countersign.cluster.throttle.Pass;
import io.countersign.cluster.throttle.ThrottleRule;
import io.countersign.cluster.throttle.Throttles;
import io.countersign.crypto.KeyedHash;
import io.countersign.crypto.SipHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/**
 * What a login meets on an instance of a cluster that has been in use: 1,000,000 revocations, and
 * the throttles that come by default after many others have failed.
 */
record Guards(Revocations revocations, Throttles throttles) {
    private static final int FAILED = 50_000;

    /** Takes half a minute. */
    static Guards full(Clock clock) throws IOException {
        return new Guards(many(), used(clock));
    }

    private static Revocations many() throws IOException {
        Path folder = Files.createTempDirectory("countersign-guards-");
        Path file = folder.resolve("revocations.db");
        RevocationSeal seal = new RevocationSeal(KeyedHash.of(new byte[32]));
        try (RevocationBook book =
                RevocationBook.open(seal, RevocationStore.open(file, seal), new Revocations())) {
            ManyRevocations.fill(book, seal, ManyRevocations.MANY);
            return book.view();
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }

    private static Throttles used(Clock clock) {
        Throttles throttles =
                new Throttles(
                        ThrottleRule.defaults(),
                        LockoutBook.inMemory(clock),
                        null,
                        SipHash.of(new byte[SipHash.KEY]),
                        clock);
        for (int i = 0; i < FAILED; i++) {
            Attempt guess = new Attempt("10.0.0." + i % 250, "u" + i % 5000, true, "", "n1", true);
            Pass pass = throttles.pass(guess);
            if (pass.before().isEmpty()) {
                pass.failed();
            }
        }
        return throttles;
    }
}
