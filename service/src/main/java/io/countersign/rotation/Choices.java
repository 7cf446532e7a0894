// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the command was given.
 *
 * @param seed where the new key goes, or already is; empty: beside the old one
 * @param servers configuration files of NATS servers on this machine
 * @param checked names of servers that somebody looked at, because nobody logs in there
 * @param accounts folder or files with the account JWTs
 * @param sentinel credentials of the sentinel
 * @param quiet for so long nobody may have come with the old sentinel, or administrator's key
 * @param operatorKey file with a seed that may sign accounts
 * @param adminKey seed that requests of this command are signed with
 * @param patience how long to wait at a step
 * @param isDry nothing is changed
 */
public record Choices(
        Optional<Path> seed,
        List<Path> servers,
        Set<String> checked,
        Optional<Path> accounts,
        Optional<Path> sentinel,
        Duration quiet,
        Optional<Path> operatorKey,
        Path adminKey,
        Duration patience,
        boolean isDry) {
    public Choices {
        servers = List.copyOf(servers);
        checked = Set.copyOf(checked);
    }
}
