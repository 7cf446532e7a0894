// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.Seed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A set-up of ours, laid out as nsc lays out its own. */
final class NscStore {
    private static final Map<String, String> USERS =
            Map.of(
                    "callout", "AUTH",
                    "sentinel", "AUTH",
                    "operations", "COUNTERSIGN",
                    "admin", "COUNTERSIGN",
                    "system", "SYS");

    private NscStore() {}

    static NscFiles of(SetupResult made, Path store) throws Exception {
        List<Path> accounts = new ArrayList<>();
        for (Path file : made.files()) {
            String name = file.getFileName().toString();
            if (name.endsWith(".nk")) {
                putSeed(file, store);
            } else if (name.endsWith(".creds")) {
                String user = name.replace(".creds", "");
                Path folder = store.resolve("creds/countersign/" + USERS.get(user));
                Files.createDirectories(folder);
                Files.copy(file, folder.resolve(name));
            } else if (file.startsWith(made.folder().resolve("accounts"))) {
                accounts.add(file);
            }
        }
        return new NscFiles(
                store, made.folder().resolve("operator.jwt"), accounts, Optional.empty());
    }

    private static void putSeed(Path file, Path store) throws Exception {
        try (Seed seed = Seed.read(file)) {
            String key = seed.publicKey().text();
            Path folder = store.resolve("keys/" + key.substring(0, 1) + "/" + key.substring(1, 3));
            Files.createDirectories(folder);
            seed.write(folder.resolve(key + ".nk"));
        }
    }
}
