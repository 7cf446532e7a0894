// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import io.countersign.config.Login;
import io.countersign.config.SecretSource;
import io.countersign.crypto.Signer;
import io.countersign.rotation.RotationStopped.Why;
import io.countersign.setup.SetupFailed;
import io.countersign.setup.UserSigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Operator mode: the signing key of the callout account. Besides answers it has signed the
 * service's own user and the sentinel; those are signed anew, for the same user keys. An instance
 * moves its connections over by itself when its credentials were replaced. Who still has the old
 * sentinel is told by logins.
 */
final class IssuerSteps implements KeySteps {
    private static final Pattern DEFAULT_SENTINEL =
            Pattern.compile("(?m)^(\\s*default_sentinel\\s*[:=]?\\s*\"?)eyJ[A-Za-z0-9_.-]+");

    private final Workbench bench;
    private final KeyList list;
    private final AccountJwts jwts;

    IssuerSteps(Workbench bench, String account) throws RotationStopped {
        this.bench = bench;
        this.list = new KeyList(KeyKind.ISSUER, "", bench);
        this.jwts = new AccountJwts(bench, account);
    }

    @Override
    public RotationState begin(Instant now) throws RotationStopped {
        return list.begin(now);
    }

    private Path sentinel() {
        return bench.choices()
                .sentinel()
                .orElseGet(() -> bench.settings().resolve("creds/sentinel.creds"));
    }

    private Optional<Path> calloutCreds() {
        return bench.settings().load().nats().callout()
                        instanceof Login.Credentials(SecretSource.File(var path))
                ? Optional.of(path)
                : Optional.empty();
    }

    @Override
    public String plan(Step step, RotationState state) {
        String fresh = state.fresh().name();
        return switch (step) {
            case PREPARE -> list.preparePlan(state);
            case PUBLISH ->
                    jwts.plan(
                            "add signing key " + fresh + " to the callout account",
                            "nsc edit account --name AUTH --sk " + fresh,
                            "AUTH");
            case ROLL ->
                    """
                    Write the new key in front of the old one in %s:
                    %s
                    sign the service's user (%s) and the sentinel (%s) with it, and wait until every instance signs with it
                    and no connection is left that the old key let in. No instance needs a restart; those with files of their own need
                    all of these: the seed (mode 600), the line, and the credentials.
                    Bring the new sentinel to where the old one is: default_sentinel in the servers' files%s,
                    with a restart of each, one after the other; and the clients' own credentials.
                    This command waits until a login came from every server with the new one, and for %d s none with the old.\
                    """
                            .formatted(
                                    list.file(),
                                    list.withFresh(state),
                                    calloutCreds()
                                            .map(bench.settings()::written)
                                            .orElse("by hand: it is in no file here"),
                                    bench.settings().written(sentinel()),
                                    bench.choices().servers().isEmpty()
                                            ? ""
                                            : " (done by this command)",
                                    bench.choices().quiet().toSeconds());
            case RETIRE ->
                    """
                    Make sure that nobody comes with the old sentinel, and nobody is there by the old key.
                    %s
                    Take it out of %s:
                    %s
                    and delete its file: %s\
                    """
                            .formatted(
                                    jwts.plan(
                                            "take signing key %s out of the callout account"
                                                    .formatted(String.join(", ", state.oldNames())),
                                            "nsc edit account --name AUTH --rm-sk "
                                                    + String.join(",", state.oldNames()),
                                            "AUTH"),
                                    list.file(),
                                    list.withoutOld(state),
                                    list.oldPlaces(state));
        };
    }

    @Override
    public RotationState perform(Step step, RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        switch (step) {
            case PREPARE -> {
                return list.prepare(state);
            }
            case PUBLISH -> jwts.add(state);
            case ROLL -> {
                return roll(state);
            }
            case RETIRE -> {
                bench.awaitUnderWay(state);
                bench.refuseWhile(() -> needed(state));
                jwts.remove(state);
                list.removeOld(state);
                bench.await("every instance is without it", () -> unsigned(state));
                list.deleteOld(state);
            }
        }
        return state;
    }

    private RotationState roll(RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        list.prepend(state);
        bench.await("every instance signs with it", () -> unsigned(state));
        renew(state);
        bench.await(
                "no connection of the service is left that the old key let in",
                () -> jwts.signedBy(state.oldNames()));
        bench.await("nobody needs the old sentinel", () -> sentinels(state));
        return state.rolledAt(bench.clock().instant());
    }

    private Optional<String> unsigned(RotationState state)
            throws IOException, InterruptedException {
        return bench.reach()
                .instances()
                .not(
                        it -> it.issuers().equals(List.of(state.fresh().name())),
                        "does not sign with " + state.fresh().name());
    }

    private Optional<String> needed(RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        List<String> lines = new ArrayList<>();
        unsigned(state).ifPresent(lines::add);
        jwts.signedBy(state.oldNames()).ifPresent(lines::add);
        sentinels(state).ifPresent(lines::add);
        return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", lines));
    }

    /** The service's user and the sentinel, and the sentinel in the servers' files. */
    private void renew(RotationState state) throws IOException, RotationStopped {
        Signer signer = bench.settings().signer(state.fresh(), bench.ed25519());
        Optional<Path> callout = calloutCreds();
        if (callout.isPresent()) {
            renew(callout.get(), signer);
        } else {
            bench.tell("by hand: the service's user (nats.callout), signed with the new key");
        }
        if (!Files.exists(sentinel())) {
            bench.tell(
                    "by hand: the sentinel, signed with the new key (none in " + sentinel() + ")");
            return;
        }
        String jwt = renew(sentinel(), signer);
        for (Path file : bench.choices().servers()) {
            boolean isChanged =
                    ReplacedFile.change(
                            file,
                            text -> {
                                String now =
                                        DEFAULT_SENTINEL
                                                .matcher(text)
                                                .replaceAll("$1" + Matcher.quoteReplacement(jwt));
                                return now.equals(text) ? Optional.empty() : Optional.of(now);
                            });
            if (isChanged) {
                bench.tell("ok: " + file + " has the new sentinel; restart its server");
            }
        }
    }

    private String renew(Path file, Signer signer) throws IOException, RotationStopped {
        try {
            UserSigner.Renewed renewed =
                    new UserSigner(bench.ed25519(), bench.clock())
                            .renewed(file, jwts.account(), signer);
            byte[] text = renewed.text();
            try {
                if (renewed.isNew()) {
                    ReplacedFile.replace(file, text);
                    bench.tell("ok: " + file + " is signed with the new key");
                }
            } finally {
                Arrays.fill(text, (byte) 0);
            }
            return renewed.jwt();
        } catch (SetupFailed e) {
            throw new RotationStopped(Why.USAGE, String.join("\n", e.problems()));
        }
    }

    /** Who came with the old sentinel lately, and of which server nobody knows. */
    private Optional<String> sentinels(RotationState state)
            throws IOException, InterruptedException {
        Fleet fleet = bench.reach().instances();
        List<String> lines = new ArrayList<>();
        fleet.not(_ -> true, "").ifPresent(lines::add);
        List<SentinelUse> uses =
                fleet.instances().stream().flatMap(it -> it.sentinels().stream()).toList();
        Instant since = bench.clock().instant().minus(bench.choices().quiet());
        uses.stream()
                .filter(use -> state.oldNames().contains(use.key()) && use.at().isAfter(since))
                .map(use -> "server %s: a login with the old sentinel".formatted(use.name()))
                .distinct()
                .sorted()
                .forEach(lines::add);
        Optional<Reach.Servers> servers = bench.reach().servers();
        if (servers.isPresent()) {
            lines.addAll(servers.get().missing());
            servers.get().present().stream()
                    .filter(server -> !bench.choices().checked().contains(server.name()))
                    .filter(server ->
                            uses.stream()
                                    .noneMatch(use ->
                                            use.id().equals(server.id())
                                                    && use.key().equals(state.fresh().name())))
                    .map(server ->
                            "server %s: no login with the new sentinel yet; make one, or say --checked %s"
                                    .formatted(server.name(), server.name()))
                    .forEach(lines::add);
        }
        return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", lines));
    }
}
