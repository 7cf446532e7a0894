// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

/**
 * Why a client did not get in. One closed list with stable codes: audit field, metric label, view
 * filter, documentation row. A new code needs a decision record.
 */
public enum Reason {
    // Answered with a deny: the client deserves it.
    BAD_CREDENTIAL("bad-credential", true),
    EXPIRED_CREDENTIAL("expired-credential", true),
    NO_AUTHENTICATOR("no-authenticator", true),
    NO_RULE("no-rule", true),
    REVOKED("revoked", true),
    LOCKED_OUT("locked-out", true),
    ADDRESS_NOT_ALLOWED("address-not-allowed", true),
    CONNECTION_TYPE_NOT_ALLOWED("connection-type-not-allowed", true),
    ACCOUNT_NOT_ALLOWED("account-not-allowed", true),
    UNSAFE_TEMPLATE_VALUE("unsafe-template-value", true),
    // Silent: our fault, or not provably a server's question.
    RATE_LIMITED("rate-limited", false),
    OVERLOADED("overloaded", false),
    BACKEND_UNAVAILABLE("backend-unavailable", false),
    AUDIT_UNAVAILABLE("audit-unavailable", false),
    POLICY_ERROR("policy-error", false),
    INTERNAL_ERROR("internal-error", false),
    SHUTTING_DOWN("shutting-down", false),
    STALE_REQUEST("stale-request", false),
    REPLAYED_REQUEST("replayed-request", false),
    FORGED_REQUEST("forged-request", false),
    UNKNOWN_SERVER("unknown-server", false),
    UNDECRYPTABLE("undecryptable", false);

    private final String code;
    private final boolean answered;

    Reason(String code, boolean answered) {
        this.code = code;
        this.answered = answered;
    }

    /** Stable kebab-case code. */
    public String code() {
        return code;
    }

    /** True if the client gets a signed deny; false if we stay silent towards it. */
    public boolean isAnswered() {
        return answered;
    }
}
