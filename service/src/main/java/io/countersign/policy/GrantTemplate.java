// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.protocol.Permissions;
import io.countersign.protocol.ResponsePermission;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A rule's grant, ready to be filled in for a client.
 *
 * @param responses with a publish side of nothing they mean replies only: a server lets a tracked
 *     reply pass whatever its deny list says (reference 4 and 8)
 */
record GrantTemplate(
        String account,
        SideTemplate publish,
        SideTemplate subscribe,
        Optional<ResponsePermission> responses,
        Expiry expiry,
        List<Template> tags) {
    GrantTemplate {
        tags = List.copyOf(tags);
    }

    /**
     * @param until when the rule ceases to hold
     */
    Decision decide(RuleId rule, Facts facts, Instant now, Optional<Instant> until) {
        Optional<Instant> expires =
                expiry.at(now, facts.userKey(), earlier(facts.identity().notAfter(), until));
        if (expires.isEmpty()) {
            return new Decision.Deny(
                    Reason.EXPIRED_CREDENTIAL,
                    "the credential ends within a second",
                    Optional.of(rule));
        }
        try {
            Permissions permissions =
                    new Permissions(publish.expand(facts), subscribe.expand(facts), responses);
            return new Decision.Allow(
                    new Grant(account, permissions, expires.get(), tags(facts)), rule);
        } catch (UnsafeValue unsafe) {
            return new Decision.Deny(
                    Reason.UNSAFE_TEMPLATE_VALUE, unsafe.detail(), Optional.of(rule));
        }
    }

    private static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.or(() -> other);
        }
        return one.get().isBefore(other.get()) ? one : other;
    }

    private List<String> tags(Facts facts) throws UnsafeValue {
        if (tags.isEmpty()) {
            return List.of();
        }
        Set<String> all = new LinkedHashSet<>();
        for (Template tag : tags) {
            for (String text : tag.expand(facts)) {
                all.add(text.toLowerCase(Locale.ROOT));
            }
        }
        return List.copyOf(all);
    }
}
