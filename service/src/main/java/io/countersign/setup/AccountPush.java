// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.Seed;
import io.countersign.protocol.InvalidJwt;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.SignedAccount;
import io.countersign.protocol.SignedOperator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Brings account JWTs of a set-up's folder to the servers that run from it, changed or as they are
 * (reference 7.5). Safe for use by many threads, but not two on one folder.
 */
public final class AccountPush {
    private final Ed25519 ed25519;
    private final ClaimsPublisher publisher;
    private final Clock clock;

    public AccountPush(Ed25519 ed25519, ClaimsPublisher publisher, Clock clock) {
        this.ed25519 = ed25519;
        this.publisher = publisher;
        this.clock = clock;
    }

    /**
     * What is to be pushed.
     *
     * @param folder of the set-up
     * @param account name of the account
     * @param changes none: the file's JWT as it is, for one that nsc or an editor made
     * @param operatorKey file with a seed that may sign accounts; not needed without changes
     * @param servers how many must answer; fewer answers mean "not everywhere"
     * @param within how long to wait for them
     */
    public record Options(
            Path folder,
            String account,
            List<AccountChange> changes,
            Path operatorKey,
            int servers,
            Duration within) {
        public Options {
            changes = List.copyOf(changes);
            if (servers < 1) {
                throw new IllegalArgumentException("servers: " + servers + " (expected: > 0)");
            }
        }

        /** Changes signed with the key that {@link OperatorSetup} has put into the folder. */
        public static Options of(
                Path folder,
                String account,
                List<AccountChange> changes,
                int servers,
                Duration within) {
            Path key = folder.resolve("keys/offline/operator.signing.nk");
            return new Options(folder, account, changes, key, servers, within);
        }
    }

    /**
     * What became of it.
     *
     * @param answers of the servers, in the order of arrival
     */
    public record Report(String account, int servers, List<ClaimsPublisher.ServerAnswer> answers) {
        public Report {
            answers = List.copyOf(answers);
        }

        /** True if every server has it. */
        public boolean isEverywhere() {
            return accepted() >= servers && refusals().isEmpty();
        }

        /** Servers that have it. */
        public int accepted() {
            return answers.size() - refusals().size();
        }

        /** Servers that do not want it, with their reasons. */
        public List<ClaimsPublisher.ServerAnswer.Refused> refusals() {
            return answers.stream()
                    .filter(ClaimsPublisher.ServerAnswer.Refused.class::isInstance)
                    .map(ClaimsPublisher.ServerAnswer.Refused.class::cast)
                    .toList();
        }

        /** For a person, a line for each thing to know. */
        public List<String> lines() {
            String head =
                    "account %s: %d of %d servers have it".formatted(account, accepted(), servers);
            List<String> lines = new ArrayList<>(List.of(head));
            refusals().forEach(refused -> lines.add(refused.server() + ": " + refused.reason()));
            if (answers.size() < servers) {
                lines.add((servers - answers.size()) + " did not answer in time");
            }
            return List.copyOf(lines);
        }
    }

    /**
     * Pushes. The file in the folder changes as soon as one server has taken the JWT, because
     * servers then bring it to one another.
     *
     * @throws SetupFailed if it could not be made or sent; nothing has changed then
     */
    public Report run(Options options) throws SetupFailed {
        Path file = options.folder().resolve("accounts").resolve(options.account() + ".jwt");
        byte[] jwt = read(file);
        SignedAccount account = account(file, jwt);
        byte[] next = options.changes().isEmpty() ? jwt : revised(options, jwt);
        try {
            refuseIfOlder(file, account, options.within());
            Report report =
                    new Report(
                            options.account(),
                            options.servers(),
                            publisher.push(next.clone(), options.within()));
            if (report.accepted() > 0 && !Arrays.equals(jwt, next)) {
                SetupFolder.replace(file, next);
            }
            return report;
        } catch (IOException e) {
            throw new SetupFailed("push of " + file + ": " + SetupFolder.why(e), e);
        }
    }

    /** A server takes an older JWT too (tried), and what changed since would be lost. */
    private void refuseIfOlder(Path file, SignedAccount ours, Duration within)
            throws IOException, SetupFailed {
        Optional<byte[]> theirs = publisher.lookup(ours.claims().subject(), within);
        if (theirs.isEmpty()) {
            return;
        }
        Instant newest = account(file, theirs.get()).claims().issuedAt();
        if (newest.isAfter(ours.claims().issuedAt())) {
            throw new SetupFailed(
                    "%s: issued %s, but servers have one of %s (expected: the newest one)"
                            .formatted(file, ours.claims().issuedAt(), newest));
        }
    }

    private byte[] revised(Options options, byte[] jwt) throws SetupFailed {
        SignedOperator operator = operator(options.folder().resolve("operator.jwt"));
        try (Seed seed = Seed.read(options.operatorKey())) {
            if (!operator.maySignAccounts(seed.publicKey())) {
                throw new SetupFailed(
                        "%s: seed of %s (expected: a signing key of operator %s)"
                                .formatted(
                                        options.operatorKey(),
                                        seed.publicKey(),
                                        operator.claims().name()));
            }
            return new AccountRevision(ed25519)
                    .next(jwt, options.changes(), ed25519.signer(seed), clock.instant());
        } catch (IOException e) {
            throw new SetupFailed(
                    options.operatorKey() + ": cannot be read: " + SetupFolder.why(e), e);
        } catch (InvalidKey e) {
            throw new SetupFailed(String.valueOf(e.getMessage()), e);
        }
    }

    private SignedAccount account(Path file, byte[] jwt) throws SetupFailed {
        try {
            return new JwtReader(ed25519).readAccount(jwt);
        } catch (InvalidJwt e) {
            throw new SetupFailed(file + ": " + e.getMessage(), e);
        }
    }

    private SignedOperator operator(Path file) throws SetupFailed {
        try {
            return new JwtReader(ed25519).readOperator(read(file));
        } catch (InvalidJwt e) {
            throw new SetupFailed(file + ": " + e.getMessage(), e);
        }
    }

    private static byte[] read(Path file) throws SetupFailed {
        try {
            return Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new SetupFailed(file + ": cannot be read: " + SetupFolder.why(e), e);
        }
    }
}
