// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

/**
 * What the shadow policy would have decided in place of the one in force; only where it is
 * something else.
 *
 * @param effect {@link #GAINS}, {@link #LOSES}, {@link #CHANGES} or {@link #FAILED}
 * @param reason stable code, where it would have refused
 * @param rule the rule that would have decided
 * @param account where it would have placed the client
 * @param detail what is different about a grant, or how the shadow failed
 */
public record Shadow(String effect, String reason, String rule, String account, String detail) {
    /** It would let in who was refused. */
    public static final String GAINS = "gains";

    /** It would refuse who was let in. */
    public static final String LOSES = "loses";

    /** It would let in, or refuse, in another way. */
    public static final String CHANGES = "changes";

    /** It could not be asked: a fault of ours, without effect on the decision. */
    public static final String FAILED = "failed";

    public Shadow {
        effect = AuditEntry.code("shadow.effect", effect);
        reason = AuditEntry.code("shadow.reason", reason);
        rule = AuditEntry.name(rule);
        account = AuditEntry.name(account);
        detail = AuditEntry.name(detail);
    }

    /** For a person, in a line. */
    @Override
    public String toString() {
        String what =
                switch (effect) {
                    case GAINS -> "would let it in, to account " + account;
                    case LOSES -> "would refuse it: " + reason;
                    case FAILED -> "failed";
                    default ->
                            reason.isEmpty()
                                    ? "would let it in otherwise"
                                    : "would refuse it as " + reason;
                };
        return what
                + (rule.isEmpty() ? "" : " (rule " + rule + ")")
                + (detail.isEmpty() ? "" : ": " + detail);
    }
}
