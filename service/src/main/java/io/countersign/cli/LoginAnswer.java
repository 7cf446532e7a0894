// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.identity.Identity;
import io.countersign.policy.Decision;
import io.countersign.policy.Explanation;
import java.util.List;
import java.util.Optional;

/**
 * What would come of a login, and why.
 *
 * @param identity what an authenticator would prove
 * @param checks what users.yaml says; none if the user is of another source
 * @param policy what the policy says, as if all checks held
 */
record LoginAnswer(
        LoginQuestion question, Identity identity, List<LoginCheck> checks, Explanation policy) {
    LoginAnswer {
        checks = List.copyOf(checks);
    }

    /** Users.yaml has the first word, as at a login. */
    Decision decision() {
        Optional<LoginCheck> refusing = checks.stream().filter(it -> !it.holds()).findFirst();
        return refusing.<Decision>map(
                        it -> Decision.Deny.because(it.reason(), it.about() + ": " + it.detail()))
                .orElse(policy.decision());
    }

    boolean isAllowed() {
        return switch (decision()) {
            case Decision.Allow _ -> true;
            case Decision.Deny _ -> false;
        };
    }
}
