// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import io.countersign.config.Admin;
import io.countersign.crypto.NKeyType;
import io.countersign.rotation.RotationState.PlacedKey;
import io.countersign.rotation.RotationStopped.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The key of the administrator who gives this command: a second one is listed under the same name,
 * takes the place of the seed file, and the first one goes when nobody has used it for a while.
 */
final class AdminSteps implements KeySteps {
    private static final List<String> ADMINS = List.of("admins");

    private final Workbench bench;

    AdminSteps(Workbench bench) {
        this.bench = bench;
    }

    /** Where commands look for the seed, before and after. */
    private Path seed() {
        return bench.choices().adminKey().toAbsolutePath();
    }

    /** Where the old seed waits until it goes. */
    private Path aside() {
        return seed().resolveSibling(seed().getFileName() + ".old");
    }

    private List<Admin> listed() {
        return bench.settings().load().admins();
    }

    private Optional<Admin> listed(String key) {
        return listed().stream().filter(it -> it.key().equals(key)).findFirst();
    }

    @Override
    public RotationState begin(Instant now) throws IOException, RotationStopped {
        String old =
                bench.settings()
                        .keyIn(seed())
                        .orElseThrow(() ->
                                new RotationStopped(
                                        Why.USAGE, seed() + ": no such file (expected: a seed)"));
        if (listed(old).isEmpty()) {
            throw new RotationStopped(
                    Why.USAGE, "%s: %s is not under admins (expected: it)".formatted(seed(), old));
        }
        LocalDate day = LocalDate.ofInstant(now, ZoneOffset.UTC);
        String name = String.valueOf(seed().getFileName()).replaceFirst("\\.nk$", "");
        String fresh =
                bench.choices()
                        .seed()
                        .map(bench.settings()::written)
                        .orElseGet(() -> bench.settings().free(seed(), name, ".nk", day));
        return new RotationState(
                KeyKind.ADMIN,
                "",
                now,
                Step.PREPARE,
                new PlacedKey(KeyList.UNMADE, fresh),
                List.of(new PlacedKey(old, bench.settings().written(seed()))),
                Optional.empty());
    }

    @Override
    public String plan(Step step, RotationState state) {
        String file = String.valueOf(bench.settings().file().getFileName());
        return switch (step) {
            case PREPARE ->
                    "Make a new seed in %s, unless it is there.".formatted(state.fresh().place());
            case PUBLISH ->
                    """
                    List it under admins in %s, with name and role of the old one:
                      - %s
                    and wait until every instance takes requests of it. They look at their files by themselves; no restart.\
                    """
                            .formatted(file, entry(state));
            case ROLL ->
                    """
                    Put the new seed in the place of the old one, %s, and ask every instance with it.
                    Whoever has a copy of the old seed (other machines, the audit view) needs the new one now.\
                    """
                            .formatted(bench.settings().written(seed()));
            case RETIRE ->
                    """
                    Make sure that nobody has used the old key for %d s. Take it out of admins in %s, wait until no instance
                    takes requests of it, and delete its file: %s\
                    """
                            .formatted(
                                    bench.choices().quiet().toSeconds(),
                                    file,
                                    bench.settings().written(aside()));
        };
    }

    private Map<String, String> entry(RotationState state) {
        Map<String, String> entry = new LinkedHashMap<>();
        listed(state.old().getFirst().name())
                .ifPresent(old -> {
                    entry.put("name", old.name());
                    entry.put("key", state.fresh().name());
                    entry.put("role", old.role().name().toLowerCase(Locale.ROOT));
                });
        return entry;
    }

    @Override
    public RotationState perform(Step step, RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        return switch (step) {
            case PREPARE -> prepare(state);
            case PUBLISH -> publish(state);
            case ROLL -> roll(state);
            case RETIRE -> retire(state);
        };
    }

    private RotationState prepare(RotationState state) throws IOException, RotationStopped {
        PlacedKey made = bench.settings().make(state.fresh().place(), NKeyType.USER, seed());
        bench.tell("ok: the new key is " + made.name());
        return state.with(made);
    }

    private RotationState publish(RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        String fresh = state.fresh().name();
        if (listed(fresh).isEmpty()
                && bench.settings().prepend(ADMINS, entry(state)) == Settings.Changed.BY_HAND) {
            bench.tell(
                    "%s, by hand, under admins: %s"
                            .formatted(bench.settings().file(), entry(state)));
        }
        bench.await(
                "admins lists it",
                () -> listed(fresh).isPresent() ? Optional.empty() : Optional.of("not there yet"));
        bench.await(
                "every instance takes requests of it",
                () -> bench.reach().instances().lacking(KeyKind.ADMIN, fresh));
        return state;
    }

    /** There is a seed at every moment: other commands use it meanwhile. */
    private RotationState roll(RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        String fresh = state.fresh().name();
        Path place = bench.settings().resolve(state.fresh().place());
        if (Files.exists(place)) {
            Files.copy(
                    seed(),
                    aside(),
                    StandardCopyOption.COPY_ATTRIBUTES,
                    StandardCopyOption.REPLACE_EXISTING);
            Files.move(place, seed(), StandardCopyOption.ATOMIC_MOVE);
        }
        if (!bench.settings().keyIn(seed()).equals(Optional.of(fresh))) {
            throw new RotationStopped(
                    Why.USAGE, "%s: not the seed of %s (expected: it)".formatted(seed(), fresh));
        }
        bench.await(
                "every instance answers a request of the new key",
                () -> bench.reach().instances().lacking(KeyKind.ADMIN, fresh));
        RotationState rolled = state.rolledAt(bench.clock().instant());
        bench.await("nobody uses the old key any more", () -> needed(rolled));
        return rolled;
    }

    private RotationState retire(RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        bench.refuseWhile(() -> needed(state));
        for (String old : state.oldNames()) {
            for (int i = listed().size() - 1; i >= 0; i--) {
                if (listed().get(i).key().equals(old)
                        && bench.settings().remove(ADMINS, i) == Settings.Changed.BY_HAND) {
                    bench.tell(
                            "%s, by hand: take %s out of admins"
                                    .formatted(bench.settings().file(), old));
                }
            }
        }
        bench.await(
                "admins does not list the old one any more",
                () ->
                        listed().stream().anyMatch(it -> state.oldNames().contains(it.key()))
                                ? Optional.of("still there")
                                : Optional.empty());
        bench.await(
                "no instance takes requests of it any more",
                () -> bench.reach().instances().holding(KeyKind.ADMIN, state.oldNames()));
        if (Files.deleteIfExists(aside())) {
            bench.tell("ok: %s is deleted".formatted(aside()));
        }
        return state;
    }

    /** This command has used it, too, until the new one took its place. */
    private Optional<String> needed(RotationState state) throws IOException, InterruptedException {
        Instant quiet = bench.clock().instant().minus(bench.choices().quiet());
        Instant rolled = state.rolled().orElse(Instant.MIN);
        Fleet fleet = bench.reach().instances();
        Optional<String> silent = fleet.not(_ -> true, "");
        return silent.isPresent()
                ? silent
                : fleet.instances().stream()
                        .flatMap(it -> it.admins().stream())
                        .filter(it -> state.oldNames().contains(it.key()))
                        .flatMap(it -> it.used().stream())
                        .filter(used -> used.isAfter(rolled) && used.isAfter(quiet))
                        .findFirst()
                        .map(used -> "the old key was used at " + used + ", not by this command");
    }
}
