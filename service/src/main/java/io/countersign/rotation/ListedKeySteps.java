// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * Keys of which an instance takes several at once, from a list of the configuration: the instances
 * learn the new one beside the old, then those who send requests go over to it, then the old one
 * leaves the list. Who sends requests, and how they go over, is for the subclasses.
 */
abstract class ListedKeySteps implements KeySteps {
    private final KeyKind kind;
    private final Workbench bench;
    private final KeyList list;

    ListedKeySteps(KeyKind kind, Workbench bench) {
        this.kind = kind;
        this.bench = bench;
        this.list = new KeyList(kind, "", bench);
    }

    final KeyKind kind() {
        return kind;
    }

    final Workbench bench() {
        return bench;
    }

    /** How the senders go over, for people. */
    abstract String rollPlan(RotationState state);

    /** Brings them over and waits for it. */
    abstract RotationState roll(RotationState state)
            throws IOException, InterruptedException, RotationStopped;

    /** Who still needs an old key, or may; empty if nobody does. */
    abstract Optional<String> needed(RotationState state)
            throws IOException, InterruptedException, RotationStopped;

    @Override
    public final RotationState begin(Instant now) throws RotationStopped {
        return list.begin(now);
    }

    @Override
    public final String plan(Step step, RotationState state) {
        return switch (step) {
            case PREPARE -> list.preparePlan(state);
            case PUBLISH ->
                    """
                    Write the new key in front of the old one in %s:
                    %s
                    and wait until every instance has loaded it. They look at their files by themselves; no restart.
                    Instances with files of their own need both there: the seed (mode 600), and this line.\
                    """
                            .formatted(list.file(), list.withFresh(state));
            case ROLL -> rollPlan(state);
            case RETIRE ->
                    """
                    Make sure that nobody asks with an old key. Take it out of %s:
                    %s
                    wait until no instance has it, and delete its file: %s\
                    """
                            .formatted(list.file(), list.withoutOld(state), list.oldPlaces(state));
        };
    }

    @Override
    public final RotationState perform(Step step, RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        return switch (step) {
            case PREPARE -> list.prepare(state);
            case PUBLISH -> publish(state);
            case ROLL -> roll(state);
            case RETIRE -> retire(state);
        };
    }

    private RotationState publish(RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        list.prepend(state);
        bench.await(
                "every instance has loaded it",
                () -> bench.reach().instances().lacking(kind, state.fresh().name()));
        return state;
    }

    private RotationState retire(RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        bench.refuseWhile(() -> needed(state));
        list.removeOld(state);
        bench.await(
                "no instance has it any more",
                () -> bench.reach().instances().holding(kind, state.oldNames()));
        list.deleteOld(state);
        return state;
    }
}
