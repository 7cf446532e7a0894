// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import io.countersign.config.Mode;
import io.countersign.config.SecretSource;
import io.countersign.config.ServiceConfig;
import io.countersign.config.SigningKey;
import io.countersign.config.YamlEdit;
import io.countersign.rotation.RotationState.PlacedKey;
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
 * A list of keys in the configuration, newest first: how a new one comes to its front and the old
 * ones leave it. One thread.
 */
final class KeyList {
    /** In place of a key that is not made yet. */
    static final String UNMADE = "?";

    private final KeyKind kind;
    private final String of;
    private final Workbench bench;

    /** {@code of}: name of the account; empty for keys of the service. */
    KeyList(KeyKind kind, String of, Workbench bench) {
        this.kind = kind;
        this.of = of;
        this.bench = bench;
    }

    private List<SecretSource> sources() throws RotationStopped {
        ServiceConfig config = bench.settings().load();
        return switch (kind) {
            case XKEY -> config.keys().xkeys();
            case ISSUER -> kept(config.keys().issuers());
            case SIGNING ->
                    config.mode() instanceof Mode.Operator operator
                                    && operator.accounts().containsKey(of)
                            ? kept(operator.accounts().get(of).signingKeys())
                            : List.of();
            case ADMIN, CLUSTER -> List.of();
        };
    }

    /** One that signs elsewhere has no seed here, and is changed there. */
    private static List<SecretSource> kept(List<SigningKey> keys) throws RotationStopped {
        List<SecretSource> kept = new ArrayList<>();
        for (SigningKey key : keys) {
            if (!(key instanceof SigningKey.Kept(var seed))) {
                throw new RotationStopped(
                        Why.USAGE,
                        key
                                + ": signs elsewhere (expected: seeds; change it by hand, see ops/docs/rotation.md)");
            }
            kept.add(seed);
        }
        return kept;
    }

    private List<String> path() {
        return switch (kind) {
            case XKEY -> List.of("keys", "xkeys");
            case ISSUER -> List.of("keys", "issuers");
            case SIGNING -> List.of("accounts", of, "signing-keys");
            case ADMIN -> List.of("admins");
            case CLUSTER -> List.of("keys", "other-cluster-secrets");
        };
    }

    /** What the configuration names now. */
    List<PlacedKey> listed() throws RotationStopped {
        return bench.settings().keys(sources(), kind.type());
    }

    /** Decides where the new key will be. */
    RotationState begin(Instant now) throws RotationStopped {
        String free = free(LocalDate.ofInstant(now, ZoneOffset.UTC));
        String place = bench.choices().seed().map(bench.settings()::written).orElse(free);
        List<PlacedKey> old = listed().stream().filter(key -> !key.place().equals(place)).toList();
        try {
            return new RotationState(
                    kind,
                    of,
                    now,
                    Step.PREPARE,
                    new PlacedKey(UNMADE, place),
                    old,
                    Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new RotationStopped(Why.USAGE, String.valueOf(e.getMessage()));
        }
    }

    /** A name that no file has, beside the key that is in use. */
    private String free(LocalDate day) throws RotationStopped {
        String name = of.isEmpty() ? kind.word() : of.replaceAll("[^A-Za-z0-9_-]", "_");
        return bench.settings().free(like(), name, ".nk", day);
    }

    /** The first key of the list that is a file; new ones lie beside it and belong to its owner. */
    private Path like() throws RotationStopped {
        return sources().stream()
                .filter(SecretSource.File.class::isInstance)
                .map(source -> ((SecretSource.File) source).path().toAbsolutePath())
                .findFirst()
                .orElseGet(() -> bench.settings().folder().resolve("keys/" + kind.word()));
    }

    /** For people. */
    String preparePlan(RotationState state) {
        return "Make a new seed in %s, unless it is there.".formatted(state.fresh().place());
    }

    /** For people: how the configuration will be. */
    String withFresh(RotationState state) {
        List<String> places = new ArrayList<>(List.of(state.fresh().place()));
        state.old().forEach(key -> places.add(key.place()));
        return line(places);
    }

    /** For people: how the configuration will be without the old ones. */
    String withoutOld(RotationState state) {
        return line(List.of(state.fresh().place()));
    }

    /** For people: where it will be so. */
    String file() {
        return String.valueOf(bench.settings().file().getFileName());
    }

    private String line(List<String> places) {
        String list =
                "[%s]"
                        .formatted(
                                places.stream()
                                        .map(YamlEdit::quoted)
                                        .collect(Collectors.joining(", ")));
        List<String> path = path();
        String line = path.getLast() + ": " + list;
        for (String key : path.subList(0, path.size() - 1).reversed()) {
            line = YamlEdit.quoted(key) + ": {" + line + "}";
        }
        return "  " + line;
    }

    RotationState prepare(RotationState state) throws IOException, RotationStopped {
        Path like = like();
        PlacedKey made =
                bench.settings()
                        .make(
                                state.fresh().place(),
                                kind.type(),
                                Files.exists(like) ? like : bench.settings().file());
        bench.tell("ok: the new key is " + made.name());
        return state.with(made);
    }

    /** Puts the new key in front; where that is for a person, says so and waits. */
    void prepend(RotationState state) throws IOException, InterruptedException, RotationStopped {
        String fresh = state.fresh().name();
        if (!isListed(fresh)
                && bench.settings().prepend(path(), state.fresh().place())
                        == Settings.Changed.BY_HAND) {
            byHand(withFresh(state));
        }
        bench.await(
                file() + " names it",
                () -> isListed(fresh) ? Optional.empty() : Optional.of("not there yet"));
    }

    private boolean isListed(String key) throws RotationStopped {
        return listed().stream().anyMatch(it -> it.name().equals(key));
    }

    private void byHand(String line) {
        bench.tell(
                "%s cannot be changed by this command without risk. Write in it, by hand:\n%s"
                        .formatted(bench.settings().file(), line));
    }

    /** Takes the old keys out. */
    void removeOld(RotationState state) throws IOException, InterruptedException, RotationStopped {
        for (PlacedKey old : state.old()) {
            List<PlacedKey> listed = listed();
            for (int i = listed.size() - 1; i >= 0; i--) {
                if (listed.get(i).name().equals(old.name())
                        && bench.settings().remove(path(), i) == Settings.Changed.BY_HAND) {
                    byHand(withoutOld(state));
                }
            }
        }
        bench.await(
                file() + " does not name the old one any more",
                () ->
                        listed().stream().anyMatch(key -> state.oldNames().contains(key.name()))
                                ? Optional.of("still there")
                                : Optional.empty());
    }

    /** For people: which files go. */
    String oldPlaces(RotationState state) {
        return state.old().stream().map(PlacedKey::place).collect(Collectors.joining(", "));
    }

    /** A file is deleted; what systemd or the environment hands over is not ours to delete. */
    void deleteOld(RotationState state) throws IOException {
        for (PlacedKey old : state.old()) {
            if (old.place().startsWith("$")) {
                bench.tell("%s holds the old seed: take it away there".formatted(old.place()));
            } else if (Files.deleteIfExists(bench.settings().resolve(old.place()))) {
                bench.tell(
                        "ok: %s is deleted; delete it on the machines of the other instances, too"
                                .formatted(old.place()));
            }
        }
    }
}
