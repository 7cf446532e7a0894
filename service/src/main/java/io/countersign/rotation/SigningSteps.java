// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Operator mode: the key that signs the users of an application account. Servers know it before an
 * instance signs with it, and it goes when no session is left that it let in: servers close those.
 */
final class SigningSteps implements KeySteps {
    private final Workbench bench;
    private final KeyList list;
    private final AccountJwts jwts;
    private final String of;

    SigningSteps(Workbench bench, String of, String account) throws RotationStopped {
        this.bench = bench;
        this.of = of;
        this.list = new KeyList(KeyKind.SIGNING, of, bench);
        this.jwts = new AccountJwts(bench, account);
    }

    @Override
    public RotationState begin(Instant now) throws RotationStopped {
        return list.begin(now);
    }

    @Override
    public String plan(Step step, RotationState state) {
        return switch (step) {
            case PREPARE -> list.preparePlan(state);
            case PUBLISH ->
                    jwts.plan(
                            "add signing key " + state.fresh().name() + " to account " + of,
                            "nsc edit account --name %s --sk %s"
                                    .formatted(of, state.fresh().name()),
                            of);
            case ROLL ->
                    """
                    Write the new key in front of the old one in %s:
                    %s
                    and wait until every instance signs with it. They look at their files by themselves; no restart.
                    Instances with files of their own need both there: the seed (mode 600), and this line.\
                    """
                            .formatted(list.file(), list.withFresh(state));
            case RETIRE ->
                    """
                    Make sure that no session is left that the old key let in. Take it out of %s:
                    %s
                    %s
                    and delete its file: %s\
                    """
                            .formatted(
                                    list.file(),
                                    list.withoutOld(state),
                                    jwts.plan(
                                            "take signing key %s out of account %s"
                                                    .formatted(
                                                            String.join(", ", state.oldNames()),
                                                            of),
                                            "nsc edit account --name %s --rm-sk %s"
                                                    .formatted(
                                                            of, String.join(",", state.oldNames())),
                                            of),
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
                list.prepend(state);
                bench.await(
                        "every instance signs users of " + of + " with it", () -> unsigned(state));
                return state.rolledAt(bench.clock().instant());
            }
            case RETIRE -> {
                bench.awaitUnderWay(state);
                bench.refuseWhile(() -> needed(state));
                list.removeOld(state);
                jwts.remove(state);
                list.deleteOld(state);
            }
        }
        return state;
    }

    private Optional<String> unsigned(RotationState state)
            throws IOException, InterruptedException {
        return bench.reach()
                .instances()
                .not(
                        it -> state.fresh().name().equals(it.accounts().get(of)),
                        "does not sign users of %s with %s".formatted(of, state.fresh().name()));
    }

    private Optional<String> needed(RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        List<String> lines = new ArrayList<>();
        unsigned(state).ifPresent(lines::add);
        jwts.signedBy(state.oldNames())
                .ifPresent(it ->
                        lines.add(
                                it
                                        + "\n(they end when their sessions expire, by the policy; a server would close what is left)"));
        return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", lines));
    }
}
