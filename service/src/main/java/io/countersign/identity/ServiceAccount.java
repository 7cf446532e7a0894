// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A service account of a Kubernetes cluster. Called {@code namespace/name}, because Kubernetes' own
 * {@code system:serviceaccount:namespace:name} tells no more.
 */
public record ServiceAccount(String namespace, String name) {
    private static final Pattern SUBJECT =
            Pattern.compile("system:serviceaccount:([a-z0-9-]{1,63}):([a-z0-9.-]{1,253})");

    /** From {@code sub} or {@code username}; empty for anybody else, such as people. */
    public static Optional<ServiceAccount> of(String subject) {
        Matcher matcher = SUBJECT.matcher(subject);
        return matcher.matches()
                ? Optional.of(new ServiceAccount(matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }

    /** Name of the principal. */
    public String principal() {
        return namespace + "/" + name;
    }

    /** The groups that Kubernetes puts it into. */
    public Set<String> groups() {
        return Set.of(
                "system:authenticated",
                "system:serviceaccounts",
                "system:serviceaccounts:" + namespace);
    }

    /** For the policy; pod and node if they are known. */
    public Map<String, List<String>> attributes(List<String> pods, List<String> nodes) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        all.put("namespace", List.of(namespace));
        all.put("service-account", List.of(name));
        all.put("pod", pods);
        all.put("node", nodes);
        all.values().removeIf(List::isEmpty);
        return all;
    }

    /** Reads the claims of a bound service-account token. */
    public static final class Claims implements ClaimReader {
        private static final String OURS = "kubernetes.io";

        @Override
        public Reading read(Map<String, Object> claims) {
            Optional<ServiceAccount> account =
                    claims.get("sub") instanceof String subject
                            ? ServiceAccount.of(subject)
                            : Optional.empty();
            if (account.isEmpty()) {
                return new Reading.Refused("claim sub is no service account");
            }
            return new Reading.Read(
                    account.get().principal(),
                    account.get().groups(),
                    account.get()
                            .attributes(
                                    names(claims.get(OURS), "pod"),
                                    names(claims.get(OURS), "node")));
        }

        private static List<String> names(@Nullable Object ours, String of) {
            List<String> found = new ArrayList<>();
            if (ours instanceof Map<?, ?> all
                    && all.get(of) instanceof Map<?, ?> one
                    && one.get("name") instanceof String name) {
                found.add(name);
            }
            return found;
        }
    }
}
