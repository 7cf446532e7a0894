// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Option;

/** Which sessions a command is about: those that match all that is said. */
final class SessionFilterOption {
    @Option(
            names = "--principal",
            paramLabel = "SOURCE:NAME",
            description = "For example users:ann.")
    private String principal = "";

    @Option(names = "--account", paramLabel = "NAME", description = "As the policy names it.")
    private String account = "";

    @Option(names = "--address", paramLabel = "NETWORK", description = "Client address or network.")
    private String address = "";

    @Option(names = "--server", paramLabel = "NAME|ID", description = "The NATS server.")
    private String server = "";

    @Option(names = "--session", paramLabel = "NKEY", description = "As sessions shows it.")
    private String session = "";

    @Option(names = "--client", paramLabel = "ID", description = "MQTT client id.")
    private String client = "";

    ObjectNode json() {
        return PrettyJson.object()
                .put("principal", principal)
                .put("account", account)
                .put("address", address)
                .put("server", server)
                .put("session", session)
                .put("client", client);
    }

    boolean isAll() {
        for (var value : json()) {
            if (!value.asText().isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
