// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.config.PolicyFile;
import io.countersign.config.Problem;
import io.countersign.config.Problems;
import io.countersign.config.ServiceConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shadow policy as it was found. One with mistakes is left out and warned about, and the rest
 * of the generation is loaded all the same: what is only tried out must not keep a policy, a user
 * or a key from coming into force.
 *
 * @param policy empty if none is configured, or if it cannot be used
 * @param warnings about it
 */
record ShadowSource(Optional<PolicyFile.Loaded> policy, List<Problem> warnings) {
    private static final Logger log = LoggerFactory.getLogger(ShadowSource.class);

    ShadowSource {
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads and judges it like the policy in force.
     *
     * @param file of the settings, for the address of a warning
     */
    static ShadowSource read(Path file, ServiceConfig config) {
        return config.shadowPolicy()
                .map(path -> read(file, path, config))
                .orElseGet(() -> new ShadowSource(Optional.empty(), List.of()));
    }

    private static ShadowSource read(Path file, Path path, ServiceConfig config) {
        Problems problems = new Problems();
        try {
            Optional<PolicyFile.Loaded> loaded =
                    PolicyFile.read(path, PolicyFile.context(config), problems);
            if (loaded.isPresent() && problems.isEmpty()) {
                return new ShadowSource(loaded, loaded.get().warnings());
            }
        } catch (RuntimeException fault) {
            log.warn("the shadow policy could not be read", fault);
        }
        List<Problem> warnings = new ArrayList<>(problems.list());
        warnings.add(
                new Problem(
                        file,
                        0,
                        "shadow-policy",
                        "cannot be used and is left out; decisions are not affected"));
        return new ShadowSource(Optional.empty(), warnings);
    }

    /** Entries with differences name a revision that says which shadow it was. */
    Revision in(Revision revision) {
        return policy.isEmpty() ? revision : revision.file("shadow:" + policy.get().digest());
    }

    /** The warnings of both policies. */
    List<Problem> after(List<Problem> others) {
        List<Problem> all = new ArrayList<>(others);
        all.addAll(warnings);
        return all;
    }
}
