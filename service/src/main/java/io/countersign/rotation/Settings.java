// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import io.countersign.config.ConfigInvalid;
import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import io.countersign.config.YamlEdit;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.SharedSecret;
import io.countersign.crypto.Signer;
import io.countersign.rotation.RotationState.PlacedKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file of this machine: which keys it names, and how a list of them is changed
 * without touching anything else in it. One thread.
 */
final class Settings {
    private final Path file;
    private final Surroundings surroundings;
    private final SecureRandom random;

    Settings(Path file, Surroundings surroundings, SecureRandom random) {
        this.file = file.toAbsolutePath();
        this.surroundings = surroundings;
        this.random = random;
    }

    Path file() {
        return file;
    }

    Path folder() {
        @Nullable Path folder = file.getParent();
        return folder == null ? file : folder;
    }

    /**
     * What it says now.
     *
     * @throws ConfigInvalid with all that is wrong
     */
    ServiceConfig load() {
        return ServiceConfig.load(file, surroundings);
    }

    /** The keys of these secrets, in their order. */
    List<PlacedKey> keys(List<SecretSource> sources, NKeyType type) throws RotationStopped {
        Secrets secrets = new Secrets(surroundings.environment());
        List<PlacedKey> keys = new ArrayList<>();
        for (SecretSource source : sources) {
            try (Seed seed = secrets.seed(source, type)) {
                keys.add(new PlacedKey(seed.publicKey().text(), place(source)));
            } catch (IOException | InvalidKey e) {
                throw new RotationStopped(
                        RotationStopped.Why.USAGE, String.valueOf(e.getMessage()));
            }
        }
        return List.copyOf(keys);
    }

    /** The names of shared secrets, in their order. */
    List<PlacedKey> secrets(List<SecretSource> sources) throws RotationStopped {
        Secrets secrets = new Secrets(surroundings.environment());
        List<PlacedKey> keys = new ArrayList<>();
        for (SecretSource source : sources) {
            try {
                byte[] secret = secrets.bytes(source);
                try {
                    keys.add(new PlacedKey(SharedSecret.name(secret), place(source)));
                } finally {
                    Arrays.fill(secret, (byte) 0);
                }
            } catch (IOException | IllegalArgumentException e) {
                throw new RotationStopped(
                        RotationStopped.Why.USAGE, source + ": " + e.getMessage());
            }
        }
        return List.copyOf(keys);
    }

    /** Makes a shared secret, or takes the one that an interrupted run has made. */
    PlacedKey makeSecret(String place, Path like) throws IOException, RotationStopped {
        Path path = resolve(place);
        if (!Files.exists(path)) {
            SharedSecret.write(path, random);
        }
        ReplacedFile.owned(path, like);
        return secrets(List.of(new SecretSource.File(path))).getFirst();
    }

    /** A name that no file has, beside another one. */
    String free(Path like, String name, String end, LocalDate day) {
        for (int i = 1; ; i++) {
            Path path = like.resolveSibling(name + "-" + day + (i == 1 ? "" : "-" + i) + end);
            if (!Files.exists(path)) {
                return written(path);
            }
        }
    }

    private String place(SecretSource source) {
        return source instanceof SecretSource.File(var path) ? written(path) : source.toString();
    }

    /** As the configuration would name it. */
    String written(Path path) {
        Path whole = path.toAbsolutePath().normalize();
        return whole.startsWith(folder())
                ? folder().relativize(whole).toString()
                : whole.toString();
    }

    Path resolve(String place) {
        return folder().resolve(place);
    }

    /**
     * Makes a seed, for its owner only, beside the first of the old ones and owned as that; or
     * takes the one that an interrupted run has made.
     */
    PlacedKey make(String place, NKeyType type, Path like) throws IOException, RotationStopped {
        Path path = resolve(place);
        if (!Files.exists(path)) {
            @Nullable Path folder = path.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            try (Seed seed = Seed.generate(type, random)) {
                seed.write(path);
            }
        }
        ReplacedFile.owned(path, like);
        try (Seed seed = Seed.read(path)) {
            if (seed.publicKey().type() != type) {
                throw new RotationStopped(
                        RotationStopped.Why.USAGE,
                        "%s: seed of %s (expected: a %s seed)"
                                .formatted(path, seed.publicKey(), type));
            }
            return new PlacedKey(seed.publicKey().text(), place);
        } catch (InvalidKey e) {
            throw new RotationStopped(RotationStopped.Why.USAGE, String.valueOf(e.getMessage()));
        }
    }

    /** A signer of the key in a seed file. */
    Signer signer(PlacedKey key, Ed25519 ed25519) throws IOException, RotationStopped {
        try (Seed seed = Seed.read(resolve(key.place()))) {
            return ed25519.signer(seed);
        } catch (InvalidKey e) {
            throw new RotationStopped(RotationStopped.Why.USAGE, String.valueOf(e.getMessage()));
        }
    }

    /** What {@link #change} came to. */
    enum Changed {
        DONE,
        /** It cannot be changed safely, or not by us: a person has to. */
        BY_HAND
    }

    /** Puts a file in front of a list. */
    Changed prepend(List<String> keys, String place) throws IOException {
        return change(text -> YamlEdit.prepend(text, keys, place));
    }

    /** Puts a mapping in front of a list of mappings. */
    Changed prepend(List<String> keys, Map<String, String> item) throws IOException {
        return change(text -> YamlEdit.prepend(text, keys, item));
    }

    /** The public key of a seed file; empty if there is none. */
    Optional<String> keyIn(Path file) throws IOException, RotationStopped {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (Seed seed = Seed.read(file)) {
            return Optional.of(seed.publicKey().text());
        } catch (InvalidKey e) {
            throw new RotationStopped(RotationStopped.Why.USAGE, String.valueOf(e.getMessage()));
        }
    }

    /** Takes the item at a position out of a list. */
    Changed remove(List<String> keys, int index) throws IOException {
        return change(text -> YamlEdit.remove(text, keys, index));
    }

    /** Any change of the text; empty if it cannot be made. */
    Changed change(Function<String, Optional<String>> edit) throws IOException {
        if (!Files.isWritable(file) || !Files.isWritable(folder())) {
            return Changed.BY_HAND;
        }
        return ReplacedFile.change(file, edit) ? Changed.DONE : Changed.BY_HAND;
    }
}
