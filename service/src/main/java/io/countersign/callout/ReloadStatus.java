// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an instance's files have come to.
 *
 * @param revision in force
 * @param since when it came into force
 * @param reloads generations that were swapped in since the start
 * @param refusals reloads that were refused since the start
 * @param refused why the last attempt failed; empty if what is in force is what the files say
 * @param needRestart settings that were changed and need a restart
 */
public record ReloadStatus(
        String revision,
        Instant since,
        long reloads,
        long refusals,
        Optional<Refused> refused,
        List<String> needRestart) {
    public ReloadStatus {
        needRestart = List.copyOf(needRestart);
    }

    /**
     * A reload that changed nothing.
     *
     * @param problems one line each, without secrets; never empty
     */
    public record Refused(Instant at, List<String> problems) {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    ReloadStatus accepted(String next, Instant at, List<String> restart) {
        Instant from = next.equals(revision) ? since : at;
        return new ReloadStatus(next, from, reloads + 1, refusals, Optional.empty(), restart);
    }

    ReloadStatus refused(Instant at, List<String> problems) {
        return new ReloadStatus(
                revision,
                since,
                reloads,
                refusals + 1,
                Optional.of(new Refused(at, problems)),
                needRestart);
    }
}
