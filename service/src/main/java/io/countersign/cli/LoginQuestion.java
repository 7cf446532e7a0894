// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.config.PolicyCase;
import io.countersign.config.UsersFile;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Principal;
import io.countersign.identity.users.User;
import io.countersign.identity.users.UserToken;
import io.countersign.policy.Facts;
import io.countersign.policy.Policy;
import io.countersign.protocol.ConnectionType;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A login that nobody has tried: what {@code explain} is asked about.
 *
 * @param groups besides those that users.yaml gives
 * @param attributes besides those that users.yaml gives
 * @param address empty if not told: then no network is known to hold it
 * @param credential what it would be proven with; empty: with anything that the user has
 * @param now when it would be
 */
record LoginQuestion(
        String source,
        String user,
        List<String> groups,
        Map<String, List<String>> attributes,
        String address,
        ConnectionType connection,
        Optional<CredentialKind> credential,
        String clientId,
        String clientName,
        boolean tls,
        Server server,
        Instant now) {
    LoginQuestion {
        groups = List.copyOf(groups);
        attributes = Map.copyOf(attributes);
    }

    /** The server that would ask. */
    record Server(String name, String cluster, List<String> tags) {
        Server {
            tags = tags.stream().map(tag -> tag.toLowerCase(Locale.ROOT)).toList();
        }
    }

    /** Of a case. */
    static LoginQuestion of(PolicyCase.Given given, Instant now) {
        return new LoginQuestion(
                given.source(),
                given.user(),
                given.groups(),
                given.attributes(),
                given.address(),
                given.connection(),
                Optional.empty(),
                given.clientId(),
                given.clientName(),
                given.tls(),
                new Server(given.serverName(), given.serverCluster(), given.serverTags()),
                given.at().orElse(now));
    }

    boolean isAboutUsersFile() {
        return source.equals(UsersFile.SOURCE);
    }

    /** What would come of it. */
    LoginAnswer ask(Policy policy, List<User> users) {
        Optional<User> listed =
                isAboutUsersFile()
                        ? users.stream().filter(it -> it.name().equals(user)).findFirst()
                        : Optional.empty();
        Optional<UserToken> token = listed.flatMap(this::token);
        Identity identity = identity(listed, token);
        List<LoginCheck> checks =
                isAboutUsersFile() ? LoginCheck.of(this, listed, token) : List.of();
        return new LoginAnswer(this, identity, checks, policy.explain(facts(identity), now));
    }

    /** The one that lasts longest, if it is about tokens. */
    private Optional<UserToken> token(User listed) {
        boolean isOnlyWay = listed.password().isEmpty() && listed.nkeys().isEmpty();
        boolean isAsked = credential.map(CredentialKind.TOKEN::equals).orElse(isOnlyWay);
        return listed.tokens().stream()
                .filter(_ -> isAsked)
                .max(Comparator.comparing(it -> it.expires().orElse(Instant.MAX)));
    }

    private Identity identity(Optional<User> listed, Optional<UserToken> token) {
        Set<String> allGroups = new LinkedHashSet<>(groups);
        Map<String, List<String>> allAttributes = new LinkedHashMap<>();
        listed.ifPresent(it -> allGroups.addAll(it.groups()));
        listed.ifPresent(it -> allAttributes.putAll(it.attributes()));
        allAttributes.putAll(attributes);
        return new Identity(
                new Principal(source, user),
                new CredentialRef(credential.orElse(CredentialKind.NONE), ""),
                allGroups,
                allAttributes,
                listed.flatMap(it -> it.notAfter(token)));
    }

    private Facts facts(Identity identity) {
        return new Facts(
                identity,
                address,
                Optional.of(connection),
                connection == ConnectionType.LEAFNODE ? "leafnode" : "client",
                clientId,
                server.name(),
                server.cluster(),
                server.tags(),
                clientName,
                tls,
                "");
    }
}
