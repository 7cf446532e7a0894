// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import io.countersign.config.Mode;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.crypto.Ed25519;
import io.countersign.rotation.RotationStopped.Why;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One rotation of one key, from wherever it stands to its end or to where it has to wait. What each
 * step does depends on the kind of key and on the mode; their order, the state that an interrupted
 * run leaves behind, and that nothing goes before somebody said yes, does not. One thread.
 */
public final class Rotation {
    private final KeyKind kind;
    private final Workbench bench;
    private final RotationFile file;
    private final KeySteps steps;

    private Rotation(KeyKind kind, Workbench bench, RotationFile file, KeySteps steps) {
        this.kind = kind;
        this.bench = bench;
        this.file = file;
        this.steps = steps;
    }

    /**
     * Of a key of this configuration.
     *
     * @param of name of the account, for a key of one
     * @throws io.countersign.config.ConfigInvalid if that cannot be read
     */
    public static Rotation of(
            KeyKind kind,
            String of,
            Path config,
            Surroundings surroundings,
            Reach reach,
            Teller teller,
            Choices choices)
            throws RotationStopped {
        Settings settings = new Settings(config, surroundings, new SecureRandom());
        Workbench bench =
                new Workbench(settings, reach, teller, choices, Ed25519.best(), Clock.systemUTC());
        ServiceConfig now = settings.load();
        return new Rotation(
                kind, bench, RotationFile.beside(config, kind, of), steps(kind, of, bench, now));
    }

    private static KeySteps steps(KeyKind kind, String of, Workbench bench, ServiceConfig now)
            throws RotationStopped {
        if (of.isEmpty() == (kind == KeyKind.SIGNING)) {
            throw new RotationStopped(
                    Why.USAGE, "--account: (expected: with signing, and only there)");
        }
        if (kind == KeyKind.ADMIN) {
            return new AdminSteps(bench);
        }
        if (kind == KeyKind.CLUSTER) {
            return new ClusterSteps(bench);
        }
        if (kind == KeyKind.XKEY && !now.keys().isSealed()) {
            throw new RotationStopped(
                    Why.USAGE, "keys.xkeys: none, requests are clear (expected: one to change)");
        }
        return switch (now.mode()) {
            case Mode.Static _ when kind == KeyKind.SIGNING ->
                    throw new RotationStopped(
                            Why.USAGE,
                            "signing: static mode signs everything with the issuer (expected: keys rotate issuer)");
            case Mode.Static _ -> new StaticSteps(kind, bench);
            case Mode.Operator(var account, var accounts) ->
                    switch (kind) {
                        case XKEY -> new AccountXkeySteps(bench, account);
                        case ISSUER -> new IssuerSteps(bench, account);
                        case SIGNING -> new SigningSteps(bench, of, id(of, accounts));
                        case ADMIN -> new AdminSteps(bench);
                        case CLUSTER -> new ClusterSteps(bench);
                    };
        };
    }

    private static String id(String name, Map<String, Mode.Account> accounts)
            throws RotationStopped {
        Mode.@Nullable Account account = accounts.get(name);
        if (account == null) {
            throw new RotationStopped(
                    Why.USAGE,
                    "--account: %s (expected: one of %s)".formatted(name, accounts.keySet()));
        }
        return account.id();
    }

    /**
     * Goes on.
     *
     * @throws RotationStopped if it cannot, or not yet
     */
    public void run() throws IOException, InterruptedException, RotationStopped {
        RotationState state = begun();
        if (bench.choices().isDry()) {
            plan(state);
            return;
        }
        file.write(state);
        for (Optional<Step> step = Optional.of(state.next()); step.isPresent(); ) {
            head(step.get());
            bench.tell(steps.plan(step.get(), state));
            if (step.get() != Step.PREPARE) {
                bench.agreed(question(step.get(), state));
            }
            state = steps.perform(step.get(), state);
            step = step.get().next();
            if (step.isPresent()) {
                state = state.at(step.get());
                file.write(state);
            }
        }
        file.delete();
        bench.teller().tell("Done: " + kind.word() + " is " + state.fresh().name() + " now.");
    }

    private RotationState begun() throws IOException, RotationStopped {
        try {
            Optional<RotationState> kept = file.read();
            if (kept.isPresent()) {
                bench.teller()
                        .tell(
                                "A rotation of %s began %s; it goes on with %s (%s)."
                                        .formatted(
                                                kind.word(),
                                                kept.get().started(),
                                                kept.get().next().word(),
                                                file.path()));
                return kept.get();
            }
        } catch (RotationFile.Unreadable e) {
            throw new RotationStopped(Why.USAGE, String.valueOf(e.getMessage()));
        }
        return steps.begin(bench.clock().instant());
    }

    private void plan(RotationState state) {
        bench.teller().tell("Nothing is changed (--dry-run). What would be done:");
        for (Optional<Step> step = Optional.of(state.next());
                step.isPresent();
                step = step.get().next()) {
            head(step.get());
            bench.tell(steps.plan(step.get(), state));
        }
    }

    private void head(Step step) {
        bench.teller()
                .tell(
                        "Step %d of %d, %s"
                                .formatted(step.number(), Step.values().length, step.word()));
    }

    private static String question(Step step, RotationState state) {
        return step == Step.RETIRE
                ? "Take %s away?".formatted(String.join(", ", state.oldNames()))
                : "Do this?";
    }
}
