// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How people log in with an OpenID provider.
 *
 * @param title what the login page calls it
 * @param secret of a confidential client; empty for a public one, which PKCE protects
 * @param redirect the address of {@code /login/callback} as browsers reach it
 * @param nameClaim the claim that names the person
 * @param groupsClaim the claim with the groups that decide role and accounts
 * @param roles groups that have a role; the highest of them counts, and without any nobody gets in
 * @param accounts accounts that a group may see, {@value #ALL} for all; without any everybody sees
 *     all, else a person of no group in here gets in nowhere
 */
public record OidcSettings(
        String title,
        URI issuer,
        String clientId,
        Optional<String> secret,
        URI redirect,
        String scope,
        String nameClaim,
        String groupsClaim,
        Map<Role, List<String>> roles,
        Map<String, List<String>> accounts) {
    static final String ALL = "*";

    public OidcSettings {
        roles = Map.copyOf(roles);
        accounts = Map.copyOf(accounts);
    }

    /** The highest role that one of the groups has. */
    Optional<Role> role(List<String> groups) {
        return roles.entrySet().stream()
                .filter(e -> e.getValue().stream().anyMatch(groups::contains))
                .map(Map.Entry::getKey)
                .max(Role::compareTo);
    }

    /** The accounts of these groups, with none for all; empty if somebody may see nothing. */
    Optional<Set<String>> scope(List<String> groups) {
        Set<String> seen = new LinkedHashSet<>();
        groups.forEach(group -> seen.addAll(accounts.getOrDefault(group, List.of())));
        if (accounts.isEmpty() || seen.contains(ALL)) {
            return Optional.of(Set.of());
        }
        return seen.isEmpty() ? Optional.empty() : Optional.of(seen);
    }

    /** The same with the secret of a confidential client. */
    public OidcSettings withSecret(Optional<String> other) {
        return new OidcSettings(
                title,
                issuer,
                clientId,
                other,
                redirect,
                scope,
                nameClaim,
                groupsClaim,
                roles,
                accounts);
    }

    @Override
    public String toString() {
        return "OIDC " + issuer + " as " + clientId;
    }
}
