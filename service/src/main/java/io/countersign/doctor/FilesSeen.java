// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.config.Problem;
import io.countersign.protocol.SignedAccount;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was seen in files, before any server is asked.
 *
 * @param open files of ours that others can write, or should not read
 * @param warnings of the policy
 * @param trailSpace bytes that the audit trail still has
 * @param certificates when those of ours that instances show to servers expire, by their file
 * @param servers configuration files of servers, if any were given
 */
record FilesSeen(
        List<ModeFix> open,
        List<Problem> warnings,
        Look<Long> trailSpace,
        Map<String, Instant> certificates,
        List<ServerFile> servers) {
    FilesSeen {
        open = List.copyOf(open);
        warnings = List.copyOf(warnings);
        certificates = Map.copyOf(certificates);
        servers = List.copyOf(servers);
    }

    /** An account's JWT, if a server's file has it. */
    Optional<SignedAccount> account(String key) {
        return servers.stream().flatMap(it -> it.account(key).stream()).findFirst();
    }

    /** Servers' files with an {@code auth_callout}; static mode. */
    List<ServerFile> callouts() {
        return servers.stream().filter(it -> it.callout().isPresent()).toList();
    }
}
