// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.config.ServiceConfig;
import io.countersign.config.ThrottleConfig;
import io.countersign.identity.Cidr;
import io.countersign.identity.HostAddress;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What makes a set-up that works less safe or less steady. */
final class SurroundingChecks {
    /** Go clients give up at about 2.2 s, whatever the server allows (design, decision 6). */
    private static final double CLIENTS_GIVE_UP = 2.2;

    static final List<Check> ALL =
            List.of(
                    Check.warning(
                            "authorization-timeout",
                            "With 2 s or less the server refuses before clients give up by themselves; many"
                                    + " libraries close for good after two refusals, and try again after a"
                                    + " time-out.",
                            SurroundingChecks::timeout),
                    Check.warning(
                            "callout-account-shared",
                            "Whoever is in the callout account and may subscribe can read questions, with passwords"
                                    + " where they are not sealed.",
                            SurroundingChecks::shared),
                    Check.warning(
                            "no-system-credentials",
                            "Without them the service cannot tell a server's question from a forged one, and"
                                    + " sessions cannot be listed or cut; the doctor sees less, too.",
                            SurroundingChecks::noSystem),
                    Check.warning(
                            "servers-not-checked",
                            "Whoever can publish in the callout account can then ask as if he were a server, and try"
                                    + " passwords without one.",
                            SurroundingChecks::notChecked),
                    Check.warning(
                            "throttle-locks-crowd",
                            "One of them with a wrong password, or a guesser among them, keeps all of them out.",
                            SurroundingChecks::crowd));

    /** Fewer may be one machine with a few services. */
    private static final int CROWD = 10;

    private SurroundingChecks() {}

    private static Optional<Sign> timeout(Evidence it) {
        return it.servers().value().orElse(List.of()).stream()
                .filter(server -> server.authTimeout() > 0)
                .filter(server -> server.authTimeout() <= CLIENTS_GIVE_UP)
                .findFirst()
                .map(server ->
                        new Sign(
                                "server %s: %s s".formatted(server.name(), server.authTimeout()),
                                "In each server's configuration: authorization { timeout: 3 }"));
    }

    private static Optional<Sign> shared(Evidence it) {
        if (!it.isServiceIn()) {
            return Optional.empty(); // then it is not known who the service is
        }
        String service = it.calloutUser().user();
        String name = it.calloutUser().jwt().map(jwt -> jwt.claims().name()).orElse(service);
        return it.residents().value().orElse(List.of()).stream()
                .filter(each -> !each.user().equals(service) && !each.user().equals(name))
                .findFirst()
                .map(each ->
                        new Sign(
                                "cid %d on %s, user %s, is in it and is not the service"
                                        .formatted(each.cid(), each.server(), each.user()),
                                "Move other users to another account; keep the callout account for the service."));
    }

    private static Optional<Sign> noSystem(Evidence it) {
        return it.config().nats().system().isPresent()
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                "nats.system is not configured",
                                it.isOperator()
                                        ? Mends.ours(
                                                "nats.system: { credentials: creds/system.creds }")
                                        : Mends.ours(
                                                "nats.system: { nkey-seed: keys/system.nk }")));
    }

    private static Optional<Sign> crowd(Evidence it) {
        List<Caller> callers = it.callers().value().orElse(List.of());
        return it.config().throttles().orElse(List.of()).stream()
                .filter(SurroundingChecks::locksAddresses)
                .flatMap(rule -> crowd(rule, callers).stream())
                .findFirst();
    }

    /** Whoever it is that comes from there. */
    private static boolean locksAddresses(ThrottleConfig rule) {
        return rule.failures().isPresent()
                && !rule.observe()
                && rule.spare() == ThrottleConfig.Spare.NOBODY
                && rule.key().contains(ThrottleConfig.Part.ADDRESS)
                && EnumSet.of(ThrottleConfig.Part.ADDRESS, ThrottleConfig.Part.SERVER)
                        .containsAll(rule.key());
    }

    private static Optional<Sign> crowd(ThrottleConfig rule, List<Caller> callers) {
        Map<String, Set<String>> names = new HashMap<>();
        for (Caller caller : callers) {
            HostAddress from = caller.address();
            boolean isCounted =
                    (rule.networks().isEmpty()
                                    || rule.networks().stream().anyMatch(it -> it.contains(from)))
                            && rule.except().stream().noneMatch(it -> it.contains(from));
            if (isCounted) {
                String network = Cidr.of(from, from.v4() ? rule.v4() : rule.v6()).toString();
                names.computeIfAbsent(network, _ -> new HashSet<>()).add(caller.name());
            }
        }
        return names.entrySet().stream()
                .filter(each -> each.getValue().size() >= CROWD)
                .max(Comparator.comparingInt(each -> each.getValue().size()))
                .map(each ->
                        new Sign(
                                "%d different users are connected from %s, which rule %s locks as one"
                                        .formatted(
                                                each.getValue().size(), each.getKey(), rule.name()),
                                Mends.ours(
                                        "under throttles, rule %s: except: [%s], if that is a proxy; or key: [user, address]; or observe: true. Takes a restart."
                                                .formatted(rule.name(), each.getKey()))));
    }

    private static Optional<Sign> notChecked(Evidence it) {
        boolean isAnybody = it.config().acceptServers() == ServiceConfig.AcceptServers.ANY;
        return isAnybody && it.config().nats().system().isPresent()
                ? Optional.of(
                        new Sign(
                                "accept-servers: any, although there are system credentials",
                                Mends.ours("accept-servers: known (or take the line out).")))
                : Optional.empty();
    }
}
