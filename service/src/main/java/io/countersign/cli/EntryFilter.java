// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Presented;
import io.countersign.identity.Cidr;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which entries a command shows: each option that is given must hold, with any of its values. */
final class EntryFilter {
    @Option(names = "--reason", paramLabel = "CODE", description = "A reason, as revoked.")
    private List<String> reasons = new ArrayList<>();

    @Option(
            names = "--decision",
            paramLabel = "WORD",
            description = "allow, deny (answered) or drop (silent).")
    private List<String> decisions = new ArrayList<>();

    @Option(
            names = "--kind",
            paramLabel = "WORD",
            description = "decision, verdict, act, reload or start.")
    private List<String> kinds = new ArrayList<>();

    @Option(
            names = "--principal",
            paramLabel = "NAME",
            description = "Who it proved to be (source:name), or the name that was claimed.")
    private List<String> principals = new ArrayList<>();

    @Option(names = "--account", paramLabel = "NAME", description = "The account granted.")
    private List<String> accounts = new ArrayList<>();

    @Option(
            names = "--address",
            paramLabel = "NETWORK",
            description = "Where the client came from: an address, or a network like 10.0.0.0/8.")
    private List<String> addresses = new ArrayList<>();

    @Option(names = "--instance", paramLabel = "NAME", description = "Who decided.")
    private List<String> instances = new ArrayList<>();

    @Option(
            names = "--shadow-differs",
            description = "Only logins that the shadow policy would have decided otherwise.")
    private boolean shadowDiffers;

    private List<Cidr> networks = List.of();

    /** Reads what needs to be read; ends the command if it cannot. */
    EntryFilter prepared() {
        try {
            networks = addresses.stream().map(Cidr::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.USAGE, "--address: " + e.getMessage());
        }
        return this;
    }

    boolean matches(AuditEntry entry) {
        String presented = entry.presented().map(Presented::name).orElse("");
        return (!shadowDiffers || entry.shadow().isPresent())
                && any(reasons, entry.reason())
                && any(decisions, entry.decision())
                && any(kinds, entry.kind().word())
                && (any(principals, entry.principal()) || any(principals, presented))
                && any(accounts, entry.account())
                && any(instances, entry.instance())
                && (networks.isEmpty()
                        || Cidr.anyContains(
                                networks, entry.client().map(Client::address).orElse("")));
    }

    private static boolean any(List<String> wanted, String is) {
        return wanted.isEmpty() || wanted.contains(is);
    }
}
