// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.Seed;
import io.countersign.protocol.CredsFile;
import io.countersign.protocol.InvalidJwt;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.Permissions;
import io.countersign.protocol.SignedUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Copies the seeds and credentials that the service needs out of nsc's keystore, under the names
 * that a set-up has, and refuses those that would not work. One thread, one run.
 */
final class ImportedSecrets {
    private final NscFiles files;
    private final ImportedOperator.Parts parts;
    private final SetupFolder folder;
    private final boolean sealed;
    private final JwtReader reader;
    private final Instant now;
    private final List<String> problems = new ArrayList<>();

    ImportedSecrets(
            NscFiles files,
            ImportedOperator.Parts parts,
            SetupFolder folder,
            boolean sealed,
            Ed25519 ed25519,
            Instant now) {
        this.files = files;
        this.parts = parts;
        this.folder = folder;
        this.sealed = sealed;
        this.reader = new JwtReader(ed25519);
        this.now = now;
    }

    /**
     * Fills {@code keys/} and {@code creds/}.
     *
     * @throws SetupFailed with everything that is missing or would not work
     */
    Operator copy() throws SetupFailed {
        copySigningKey(parts.callout());
        for (ImportedOperator.Account account : parts.applications()) {
            copySigningKey(account);
        }
        copyXkey();
        copyCreds(parts.system(), "system");
        copyCreds(parts.operations(), "operations");
        copyCreds(parts.operations(), "admin");
        copyCreds(parts.callout(), "callout").ifPresent(this::checkService);
        Optional<Found> sentinel = copyCreds(parts.callout(), "sentinel");
        sentinel.ifPresent(this::checkSentinel);
        if (!problems.isEmpty()) {
            throw new SetupFailed(problems);
        }
        return new Operator(
                parts.operatorJwt(),
                parts.system().toOperator(),
                parts.callout().toOperator(),
                parts.operations().toOperator(),
                parts.applications().stream().map(ImportedOperator.Account::toOperator).toList(),
                sentinel.orElseThrow().jwt());
    }

    private void copySigningKey(ImportedOperator.Account account) throws SetupFailed {
        List<NKey> usable = new ArrayList<>(account.signed().claims().signingKeys());
        if (!parts.isStrict()) {
            usable.add(account.id());
        }
        for (NKey key : usable) {
            Path file = files.seed(key.text());
            if (Files.exists(file)) {
                copySeed(file, key, Operator.signingKey(account.name()));
                return;
            }
        }
        problems.add(
                "account %s: no seed of a plain signing key in %s (expected: nsc edit account --name %s --sk generate)"
                        .formatted(account.name(), files.keystore(), account.name()));
    }

    private void copyXkey() throws SetupFailed {
        Optional<NKey> xkey = parts.authorization().xkey();
        if (!sealed) {
            if (xkey.isPresent()) {
                problems.add(
                        "account %s: has an xkey, so that requests are sealed (expected: none with --no-xkey)"
                                .formatted(parts.callout().name()));
            }
            return;
        }
        if (xkey.isEmpty()) {
            problems.add(
                    "account %s: no xkey, so that requests are not sealed (expected: nsc edit authcallout --curve X…, or --no-xkey)"
                            .formatted(parts.callout().name()));
            return;
        }
        Path file = files.xkey().orElseGet(() -> files.seed(xkey.get().text()));
        copySeed(file, xkey.get(), "keys/xkey.nk");
    }

    private void copySeed(Path file, NKey expected, String target) throws SetupFailed {
        try (Seed seed = Seed.read(file)) {
            if (!seed.publicKey().equals(expected)) {
                problems.add(
                        "%s: seed of %s (expected: of %s)"
                                .formatted(file, seed.publicKey(), expected));
                return;
            }
            folder.write(target, seed);
        } catch (IOException e) {
            problems.add(file + ": cannot be read: " + SetupFolder.why(e));
        } catch (InvalidKey e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    /** Credentials of a user that exist. */
    private record Found(Path file, SignedUser user, Operator.Jwt jwt) {}

    private Optional<Found> copyCreds(ImportedOperator.Account account, String name)
            throws SetupFailed {
        String operator = parts.operator().claims().name();
        Path file = files.creds(operator, account.name(), name);
        byte[] text = new byte[0];
        try {
            text = Files.readAllBytes(file);
            folder.write(Operator.creds(name), text);
            return Optional.of(found(account, file, text));
        } catch (IOException e) {
            problems.add(file + ": cannot be read: " + SetupFolder.why(e));
        } catch (InvalidJwt | InvalidKey e) {
            problems.add(file + ": " + e.getMessage());
        } finally {
            Arrays.fill(text, (byte) 0);
        }
        return Optional.empty();
    }

    private Found found(ImportedOperator.Account account, Path file, byte[] text)
            throws InvalidJwt, InvalidKey {
        try (CredsFile creds = CredsFile.parse(text)) {
            byte[] jwt = creds.jwt();
            SignedUser user = reader.readUser(jwt);
            if (!user.claims().subject().equals(creds.seed().publicKey())) {
                problems.add(file + ": seed of another user (expected: the one of its JWT)");
            }
            NKey issuer = user.issuer();
            boolean identity = issuer.equals(account.id());
            if (!user.account().equals(account.id())
                    || !account.signed().hasKey(issuer)
                    || (identity && parts.isStrict())) {
                problems.add(
                        "%s: signed by %s (expected: a signing key of account %s)"
                                .formatted(file, issuer, account.name()));
            }
            if (!user.isTimely(now)) {
                problems.add(file + ": expired or not valid yet (expected: a valid user)");
            }
            return new Found(file, user, Operator.Jwt.of(jwt));
        }
    }

    private void checkService(Found service) {
        if (!isAuthUser(service)) {
            problems.add(
                    service.file()
                            + ": not an auth user (expected: nsc edit authcallout --auth-user "
                            + service.user().claims().subject()
                            + ")");
        }
    }

    /**
     * Old servers let clients in as the sentinel (reference 3.2), so it must be good for nothing.
     */
    private void checkSentinel(Found sentinel) {
        boolean nothing =
                sentinel.user()
                        .claims()
                        .permissions()
                        .filter(ImportedSecrets::isNothing)
                        .isPresent();
        if (!sentinel.user().claims().bearer() || !nothing) {
            problems.add(
                    sentinel.file()
                            + ": may do something (expected: nsc add user --bearer --deny-pubsub '>')");
        }
        if (isAuthUser(sentinel)) {
            problems.add(
                    sentinel.file() + ": is an auth user, so nobody is ever asked (expected: not)");
        }
    }

    private boolean isAuthUser(Found found) {
        return parts.authorization().authUsers().contains(found.user().claims().subject());
    }

    private static boolean isNothing(Permissions permissions) {
        return permissions.publish().deny().contains(">")
                && permissions.subscribe().deny().contains(">");
    }
}
