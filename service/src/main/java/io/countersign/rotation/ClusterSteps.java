// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.countersign.config.SecretSource;
import io.countersign.config.ServiceConfig;
import io.countersign.config.YamlEdit;
import io.countersign.rotation.RotationState.PlacedKey;
import io.countersign.rotation.RotationStopped.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The secret that all instances share (decision record 0072). First it counts beside the old one,
 * so that instances of both understand one another; then the instances restart with it, one after
 * the other, and each signs its revocations anew; then the old one counts no more. Fingerprints
 * stay as they are: they are derived from the old secret for good, or revoked credentials would not
 * be.
 */
final class ClusterSteps implements KeySteps {
    private static final List<String> SECRET = List.of("keys", "cluster-secret");
    private static final List<String> OTHERS = List.of("keys", "other-cluster-secrets");

    private final Workbench bench;

    ClusterSteps(Workbench bench) {
        this.bench = bench;
    }

    private ServiceConfig.Keys keys() {
        return bench.settings().load().keys();
    }

    private List<PlacedKey> secret() throws RotationStopped {
        return bench.settings().secrets(keys().clusterSecret().stream().toList());
    }

    private List<PlacedKey> others() throws RotationStopped {
        return bench.settings().secrets(keys().otherClusterSecrets());
    }

    @Override
    public RotationState begin(Instant now) throws RotationStopped {
        List<PlacedKey> old = secret();
        if (old.isEmpty()) {
            throw new RotationStopped(Why.USAGE, "keys.cluster-secret: none (expected: one)");
        }
        if (!others().isEmpty()) {
            throw new RotationStopped(
                    Why.USAGE,
                    "keys.other-cluster-secrets: there are some (expected: none before a rotation)");
        }
        LocalDate day = LocalDate.ofInstant(now, ZoneOffset.UTC);
        String fresh =
                bench.choices()
                        .seed()
                        .map(bench.settings()::written)
                        .orElseGet(() -> bench.settings().free(like(), "cluster", ".secret", day));
        return new RotationState(
                KeyKind.CLUSTER,
                "",
                now,
                Step.PREPARE,
                new PlacedKey(KeyList.UNMADE, fresh),
                old,
                Optional.empty());
    }

    private Path like() {
        return keys().clusterSecret().stream()
                .filter(SecretSource.File.class::isInstance)
                .map(source -> ((SecretSource.File) source).path().toAbsolutePath())
                .findFirst()
                .orElseGet(() -> bench.settings().resolve("keys/cluster.secret"));
    }

    private static PlacedKey old(RotationState state) {
        return state.old().getFirst();
    }

    @Override
    public String plan(Step step, RotationState state) {
        String file = String.valueOf(bench.settings().file().getFileName());
        String fresh = YamlEdit.quoted(state.fresh().place());
        String old = YamlEdit.quoted(old(state).place());
        return switch (step) {
            case PREPARE -> "Make a new secret in " + fresh + ", unless it is there.";
            case PUBLISH ->
                    """
                    Let it count beside the old one, in keys of %s:
                      other-cluster-secrets: [%s]%s
                    and wait until it counts on every instance. They look at their files by themselves; no restart yet.
                    Instances with files of their own need all of it there: the secret (mode 600), and these lines.\
                    """
                            .formatted(file, fresh, fingerprints(old));
            case ROLL ->
                    """
                    Exchange the two, in keys of %s:
                      cluster-secret: %s
                      other-cluster-secrets: [%s]
                    Then restart the instances, one after the other: each when the one before says that it is ready.
                    This command waits until every instance runs with the new secret. Meanwhile they are two clusters: revocations
                    reach both, "enforced on" counts one, and throttles count for each.\
                    """
                            .formatted(file, fresh, old);
            case RETIRE ->
                    """
                    Make sure that every instance runs with the new secret. Take other-cluster-secrets out of %s
                    and wait until the old one counts nowhere. No restart.\
                    """
                            .formatted(file);
        };
    }

    /** Where fingerprints do not come from a secret of their own yet. */
    private String fingerprints(String old) {
        return keys().fingerprintSecret().isPresent() ? "" : "\n  fingerprint-secret: " + old;
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
        Path like = like();
        PlacedKey made =
                bench.settings()
                        .makeSecret(
                                state.fresh().place(),
                                Files.exists(like) ? like : bench.settings().file());
        bench.tell("ok: the new secret is named " + made.name());
        return state.with(made);
    }

    private RotationState publish(RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        String fresh = state.fresh().place();
        if (keys().fingerprintSecret().isEmpty()) {
            change(
                    text ->
                            YamlEdit.add(
                                    text,
                                    SECRET,
                                    "fingerprint-secret",
                                    TextNode.valueOf(old(state).place()),
                                    YamlEdit.quoted(old(state).place())),
                    state);
        }
        if (!isIn(others(), state.fresh()) && !isIn(secret(), state.fresh())) {
            change(
                    text ->
                            YamlEdit.add(
                                    text,
                                    SECRET,
                                    "other-cluster-secrets",
                                    JsonNodeFactory.instance.arrayNode().add(fresh),
                                    "[" + YamlEdit.quoted(fresh) + "]"),
                    state);
        }
        bench.await(
                "it counts, by the configuration",
                () ->
                        isIn(others(), state.fresh()) && keys().fingerprintSecret().isPresent()
                                ? Optional.empty()
                                : Optional.of("not yet"));
        bench.await(
                "it counts on every instance",
                () -> bench.reach().instances().lacking(KeyKind.CLUSTER, state.fresh().name()));
        return state;
    }

    /** In an order in which an instance that reads in between has both. */
    private RotationState roll(RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        if (isIn(secret(), old(state))) {
            change(text -> exchanged(text, state), state);
        }
        bench.await(
                "the configuration has exchanged them",
                () ->
                        isIn(secret(), state.fresh()) && isIn(others(), old(state))
                                ? Optional.empty()
                                : Optional.of("not yet"));
        bench.tell("restart the instances now, one after the other");
        bench.await("every instance runs with the new secret", () -> notYet(state));
        return state.rolledAt(bench.clock().instant());
    }

    private static Optional<String> exchanged(String text, RotationState state) {
        return YamlEdit.set(text, SECRET, state.fresh().place())
                .flatMap(it -> YamlEdit.prepend(it, OTHERS, old(state).place()))
                .flatMap(it -> YamlEdit.remove(it, OTHERS, 1));
    }

    private Optional<String> notYet(RotationState state) throws IOException, InterruptedException {
        return bench.reach()
                .instances()
                .not(
                        it ->
                                !it.clusterSecrets().isEmpty()
                                        && it.clusterSecrets()
                                                .getFirst()
                                                .equals(state.fresh().name()),
                        "runs with another secret; restart it");
    }

    private RotationState retire(RotationState state)
            throws IOException, InterruptedException, RotationStopped {
        bench.refuseWhile(() -> notYet(state));
        if (!others().isEmpty()) {
            change(text -> YamlEdit.drop(text, OTHERS), state);
        }
        bench.await(
                "the configuration does not name the old one beside it",
                () -> others().isEmpty() ? Optional.empty() : Optional.of("still there"));
        bench.await(
                "the old one counts on no instance",
                () -> bench.reach().instances().holding(KeyKind.CLUSTER, state.oldNames()));
        delete(state);
        return state;
    }

    /** Fingerprints may still come from it. */
    private void delete(RotationState state) throws IOException, RotationStopped {
        PlacedKey old = old(state);
        List<PlacedKey> fingerprints =
                bench.settings().secrets(keys().fingerprintSecret().stream().toList());
        if (isIn(fingerprints, old)) {
            bench.tell(
                    "%s stays: fingerprints of credentials are derived from it (fingerprint-secret). It signs nothing any more."
                            .formatted(old.place()));
        } else if (old.place().startsWith("$")) {
            bench.tell("%s holds the old secret: take it away there".formatted(old.place()));
        } else if (Files.deleteIfExists(bench.settings().resolve(old.place()))) {
            bench.tell(
                    "ok: %s is deleted; delete it on the machines of the other instances, too"
                            .formatted(old.place()));
        }
    }

    private void change(Function<String, Optional<String>> edit, RotationState state)
            throws IOException {
        if (!Files.exists(bench.settings().resolve(old(state).place()))
                || bench.settings().change(edit) == Settings.Changed.BY_HAND) {
            bench.tell(
                    "%s cannot be changed by this command without risk. Write the lines above by hand."
                            .formatted(bench.settings().file()));
        }
    }

    private static boolean isIn(List<PlacedKey> keys, PlacedKey key) {
        return keys.stream().anyMatch(it -> it.name().equals(key.name()));
    }
}
