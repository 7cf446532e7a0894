// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.nats.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Can instances do their work, and do they do the same? */
final class InstanceChecks {
    static final List<Check> ALL =
            List.of(
                    Check.error(
                            "service-may-not-answer",
                            "Servers drop answers that the service may not publish: every login times out.",
                            InstanceChecks::mayNotAnswer),
                    Check.error(
                            "system-login-refused",
                            "Instances then know no server, and drop every question as one that could be forged.",
                            InstanceChecks::systemRefused),
                    Check.error(
                            "operations-login-refused",
                            "Without it nothing reaches the audit stream and the view, and no administrator reaches"
                                    + " the instances.",
                            InstanceChecks::operationsRefused),
                    Check.error(
                            "clusters-mixed",
                            "Both take turns in one queue group: a login is judged by the policy of one or the"
                                    + " other, and a revocation in one is none in the other.",
                            InstanceChecks::clustersMixed),
                    Check.warning(
                            "instances-differ",
                            "A login is judged by the luck of which instance it reaches.",
                            InstanceChecks::differ),
                    Check.warning(
                            "instances-apart",
                            "Each then counts failures and rates for itself, so that a guesser has as many tries on"
                                    + " each; and who revokes is told of those that see one another only.",
                            InstanceChecks::apart),
                    Check.warning(
                            "jetstream-off",
                            "The audit stream is kept in the operations account's JetStream; without it trails stay"
                                    + " on their machines, and the view is empty.",
                            InstanceChecks::jetStreamOff));

    private InstanceChecks() {}

    /** With allow_responses it may answer although it may not publish there just so. */
    private static Optional<Sign> mayNotAnswer(Evidence it) {
        boolean isDenied = it.doors().mayAnswer().value().map(may -> !may).orElse(false);
        boolean isAnswered =
                it.tried().stream()
                        .map(Trial::stop)
                        .anyMatch(stop ->
                                switch (stop) {
                                    case ADMITTED, REFUSED, NOT_ACCEPTED -> true;
                                    case UNSEEN, NOT_CALLED, NOT_ANSWERED, BYPASSED -> false;
                                });
        boolean isAsked =
                it.tried().stream().anyMatch(trial -> trial.stop() == Trial.Stop.NOT_ANSWERED);
        return isDenied && isAsked && !isAnswered && WrongAccount.look(it).isEmpty()
                ? Optional.of(
                        new Sign(
                                "%s may not publish to $SYS._INBOX.>"
                                        .formatted(it.calloutUser().user()),
                                it.isOperator()
                                        ? "nsc edit user --account %s --name %s --allow-pub '$SYS._INBOX.>,_INBOX.>,countersign.peer.>'; put the new credentials in place."
                                                .formatted(
                                                        it.calloutAccountLabel(),
                                                        it.calloutUser()
                                                                .jwt()
                                                                .map(jwt -> jwt.claims().name())
                                                                .orElse("NAME"))
                                        : "In each server's configuration, permissions of this user: publish: [\"$SYS._INBOX.>\", \"_INBOX.>\", \"countersign.peer.>\"], and a reload."))
                : Optional.empty();
    }

    private static Optional<Sign> systemRefused(Evidence it) {
        return refused(it.doors().system(), it.logins().system(), "system");
    }

    /** Whether instances lack what they know servers by. */
    static boolean isSystemRefused(Evidence it) {
        return systemRefused(it).isPresent();
    }

    private static Optional<Sign> operationsRefused(Evidence it) {
        return refused(it.doors().operations(), it.logins().operations(), "operations");
    }

    private static Optional<Sign> refused(
            Look<Verdict> door, Optional<OwnLogin> login, String name) {
        return door.value()
                .filter(verdict -> !verdict.isAdmitted())
                .map(_ ->
                        new Sign(
                                "servers refuse %s (%s)"
                                        .formatted(
                                                login.map(OwnLogin::source).orElse("the login"),
                                                login.map(OwnLogin::user).orElse("?")),
                                Mends.ours(
                                        "nats.%s: a user of the %s account, who is among the auth users of static mode."
                                                .formatted(name, name))));
    }

    private static Optional<Sign> clustersMixed(Evidence it) {
        String ours = it.config().cluster();
        List<String> others =
                it.instances().value().orElse(List.of()).stream()
                        .filter(each -> !each.cluster().equals(ours))
                        .map(each -> each.name() + " of " + each.cluster())
                        .sorted()
                        .toList();
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                "beside cluster %s answers %s"
                                        .formatted(ours, String.join(", ", others)),
                                "One cluster: %s in every countersign.yaml; or a callout account and servers of its own for the other."
                                        .formatted("cluster: " + ours)));
    }

    /** Those of our cluster. */
    private static List<InstanceSeen> peers(Evidence it) {
        return it.instances().value().orElse(List.of()).stream()
                .filter(each -> each.cluster().equals(it.config().cluster()))
                .toList();
    }

    private static Optional<Sign> differ(Evidence it) {
        Map<String, String> differing = new TreeMap<>();
        differing(it, InstanceSeen::version).ifPresent(text -> differing.put("version", text));
        differing(it, InstanceSeen::revision).ifPresent(text -> differing.put("revision", text));
        return differing.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                differing.entrySet().stream()
                                        .map(each -> each.getKey() + ": " + each.getValue())
                                        .collect(Collectors.joining("; ")),
                                "The same build, keys, users.yaml and policy.yaml on all machines; countersign instances shows who refused a reload, and why."));
    }

    private static Optional<String> differing(
            Evidence it, Function<InstanceSeen, String> property) {
        List<InstanceSeen> told =
                peers(it).stream().filter(each -> !property.apply(each).isEmpty()).toList();
        Set<String> values = new TreeSet<>();
        told.forEach(each -> values.add(property.apply(each)));
        return values.size() < 2
                ? Optional.empty()
                : Optional.of(
                        told.stream()
                                .map(each -> each.name() + " has " + property.apply(each))
                                .sorted()
                                .collect(Collectors.joining(", ")));
    }

    /** While instances restart with another cluster secret it is so for a while. */
    private static Optional<Sign> apart(Evidence it) {
        List<InstanceSeen> told = peers(it).stream().filter(each -> each.members() > 0).toList();
        boolean isWhole = told.stream().allMatch(each -> each.members() >= told.size());
        return isWhole
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                told.stream()
                                        .map(each ->
                                                "%s sees %d of %d"
                                                        .formatted(
                                                                each.name(),
                                                                each.members(),
                                                                told.size()))
                                        .sorted()
                                        .collect(Collectors.joining(", ")),
                                it.config().clusterNetwork().isPresent()
                                        ? "All instances among cluster-network.members of each, each one's cluster-network.listen reachable for the others, and one keys.cluster-secret; their logs say who cannot be reached."
                                        : "In every countersign.yaml: cluster-network: { listen: HOST:5701, members: [HOST:5701, …] }, with all instances among members."));
    }

    private static Optional<Sign> jetStreamOff(Evidence it) {
        return it.doors().jetStream().value().orElse(true)
                ? Optional.empty()
                : Optional.of(
                        new Sign(
                                "the account of nats.operations has no JetStream",
                                it.isOperator()
                                        ? "nsc edit account --name COUNTERSIGN --js-mem-storage -1 --js-disk-storage -1 && nsc push --account COUNTERSIGN; and jetstream { … } in the servers' configuration."
                                        : "In each server's configuration: jetstream { store_dir: … }, and jetstream: enabled in the account; then a reload."));
    }
}
