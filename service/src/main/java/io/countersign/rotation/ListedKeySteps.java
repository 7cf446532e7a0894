// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import io.countersign.config.SecretSource;
import io.countersign.config.ServiceConfig;
import io.countersign.config.YamlEdit;
import io.countersign.rotation.RotationState.Key;
import io.countersign.rotation.RotationStopped.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Keys of which an instance takes several at once, from a list of the configuration: the instances
 * learn the new one beside the old, then those who send requests go over to it, then the old one
 * leaves the list. Who sends requests, and how they go over, is for the subclasses.
 */
abstract class ListedKeySteps implements KeySteps {
    /** In place of a key that is not made yet. */
    private static final String UNMADE = "?";

    private final KeyKind kind;
    private final Workbench bench;

    ListedKeySteps(KeyKind kind, Workbench bench) {
        this.kind = kind;
        this.bench = bench;
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

    private List<SecretSource> sources(ServiceConfig config) {
        return switch (kind) {
            case XKEY -> config.keys().xkeys();
            case ISSUER -> config.keys().issuers();
        };
    }

    private List<String> path() {
        return List.of("keys", kind == KeyKind.XKEY ? "xkeys" : "issuers");
    }

    private List<Key> listed() throws RotationStopped {
        return bench.settings().keys(sources(bench.settings().load()), kind.type());
    }

    @Override
    public RotationState begin(Instant now) throws RotationStopped {
        String place =
                bench.choices()
                        .seed()
                        .map(bench.settings()::written)
                        .orElseGet(() -> free(LocalDate.ofInstant(now, ZoneOffset.UTC)));
        List<Key> old = listed().stream().filter(key -> !key.place().equals(place)).toList();
        try {
            return new RotationState(
                    kind, "", now, Step.PREPARE, new Key(UNMADE, place), old, Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new RotationStopped(Why.USAGE, String.valueOf(e.getMessage()));
        }
    }

    /** A name that no file has, beside the key that is in use. */
    private String free(LocalDate day) {
        Path like = like();
        for (int i = 1; ; i++) {
            Path path =
                    like.resolveSibling(
                            kind.word() + "-" + day + (i == 1 ? "" : "-" + i) + ".nk");
            if (!Files.exists(path)) {
                return bench.settings().written(path);
            }
        }
    }

    /** The first key of the list that is a file; new ones lie beside it and belong to its owner. */
    private Path like() {
        return sources(bench.settings().load()).stream()
                .filter(SecretSource.File.class::isInstance)
                .map(source -> ((SecretSource.File) source).path().toAbsolutePath())
                .findFirst()
                .orElseGet(() -> bench.settings().folder().resolve("keys/" + kind.word()));
    }

    @Override
    public final String plan(Step step, RotationState state) {
        return switch (step) {
            case PREPARE ->
                    "Make a new %s in %s, unless it is there.".formatted(kind.word(), place(state));
            case PUBLISH ->
                    """
                    Write it in front of the old one in %s:
                    %s
                    and wait until every instance has loaded it. They look at their files by themselves; no restart.
                    Instances with files of their own need both there: the seed (mode 600), and this line."""
                            .formatted(
                                    bench.settings().file().getFileName(),
                                    line(withFresh(state)).indent(2).stripTrailing());
            case ROLL -> rollPlan(state);
            case RETIRE ->
                    """
                    Make sure that nobody asks with an old key. Take it out of %s:
                    %s
                    wait until no instance has it, and delete its file: %s"""
                            .formatted(
                                    bench.settings().file().getFileName(),
                                    line(List.of(state.fresh().place())).indent(2).stripTrailing(),
                                    state.old().stream()
                                            .map(Key::place)
                                            .collect(Collectors.joining(", ")));
        };
    }

    private static String place(RotationState state) {
        return state.fresh().place();
    }

    private static List<String> withFresh(RotationState state) {
        List<String> places = new ArrayList<>(List.of(place(state)));
        state.old().forEach(key -> places.add(key.place()));
        return places;
    }

    private String line(List<String> places) {
        return "keys: {%s: [%s]}"
                .formatted(
                        path().getLast(),
                        places.stream().map(YamlEdit::quoted).collect(Collectors.joining(", ")));
    }

    @Override
    public final RotationState perform(Step step, RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        return switch (step) {
            case PREPARE -> prepare(state);
            case PUBLISH -> publish(state);
            case ROLL -> roll(state);
            case RETIRE -> retire(state);
        };
    }

    private RotationState prepare(RotationState state) throws IOException, RotationStopped {
        Path like = like();
        Key made =
                bench.settings()
                        .make(
                                place(state),
                                kind.type(),
                                Files.exists(like) ? like : bench.settings().file());
        bench.tell("ok: the new key is " + made.name());
        return new RotationState(
                state.kind(),
                state.of(),
                state.started(),
                state.next(),
                made,
                state.old(),
                state.rolled());
    }

    private RotationState publish(RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        String fresh = state.fresh().name();
        if (!isListed(fresh)
                && bench.settings().prepend(path(), place(state)) == Settings.Changed.BY_HAND) {
            byHand(withFresh(state));
        }
        bench.await(
                bench.settings().file().getFileName() + " names it",
                () -> isListed(fresh) ? Optional.empty() : Optional.of("not there yet"));
        bench.await(
                "every instance has loaded it",
                () -> bench.reach().instances().lacking(kind, fresh));
        return state;
    }

    private boolean isListed(String key) throws RotationStopped {
        return listed().stream().anyMatch(it -> it.name().equals(key));
    }

    private void byHand(List<String> places) {
        bench.tell(
                "%s cannot be changed by this command without risk. Write in it, by hand:\n  %s"
                        .formatted(bench.settings().file(), line(places)));
    }

    private RotationState retire(RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        Optional<String> needed = needed(state);
        if (needed.isPresent()) {
            throw new RotationStopped(
                    Why.REFUSED,
                    "The old key stays, because somebody may need it:\n"
                            + needed.get().indent(2).stripTrailing());
        }
        for (Key old : state.old()) {
            List<Key> listed = listed();
            for (int i = listed.size() - 1; i >= 0; i--) {
                if (listed.get(i).name().equals(old.name())
                        && bench.settings().remove(path(), i) == Settings.Changed.BY_HAND) {
                    byHand(List.of(place(state)));
                }
            }
        }
        bench.await(
                bench.settings().file().getFileName() + " does not name it any more",
                () ->
                        listed().stream().anyMatch(key -> state.oldNames().contains(key.name()))
                                ? Optional.of("still there")
                                : Optional.empty());
        bench.await(
                "no instance has it any more",
                () -> bench.reach().instances().holding(kind, state.oldNames()));
        for (Key old : state.old()) {
            delete(old);
        }
        return state;
    }

    /** A file is deleted; what systemd or the environment hands over is not ours to delete. */
    private void delete(Key old) throws IOException {
        if (old.place().startsWith("$")) {
            bench.tell("%s holds the old seed: take it away there".formatted(old.place()));
        } else if (Files.deleteIfExists(bench.settings().resolve(old.place()))) {
            bench.tell(
                    "ok: %s is deleted; delete it on the machines of the other instances, too"
                            .formatted(old.place()));
        }
    }
}
