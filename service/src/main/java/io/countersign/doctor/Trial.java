// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.nats.Verdict;

/**
 * A real login, and what could be seen of it on its way.
 *
 * @param server name of the server that was tried
 * @param refusal reason in the server's event in the callout account, empty for "no answer in
 *     time"; hidden if there was no event, or nobody could listen
 * @param counts how much the instances' counters grew meanwhile
 * @param account where the client is now
 */
record Trial(
        String server,
        Verdict verdict,
        Look<String> refusal,
        Look<Counts> counts,
        Look<String> account) {
    private static final String FROM_SERVICE = "Auth callout service returned an error: ";

    /** How far a login came. */
    enum Stop {
        /** It never became a question to the service, and the client was refused. */
        NOT_CALLED,
        /** The server asked, and had no answer in time. */
        NOT_ANSWERED,
        /** An instance answered, and the server did not take the answer. */
        NOT_ACCEPTED,
        /** An instance said no. */
        REFUSED,
        /** In, but nobody was asked. */
        BYPASSED,
        /** In. */
        ADMITTED
    }

    Stop stop() {
        boolean counted = counts.value().map(it -> it.requests() > 0).orElse(false);
        if (verdict.isAdmitted()) {
            boolean unasked = counts.value().map(it -> it.requests() == 0).orElse(false);
            return unasked ? Stop.BYPASSED : Stop.ADMITTED;
        }
        if (refusal.value().isPresent()) {
            String reason = refusal.value().get();
            if (reason.isEmpty()) {
                return Stop.NOT_ANSWERED;
            }
            return serviceSaid().isEmpty() ? Stop.NOT_ACCEPTED : Stop.REFUSED;
        }
        return counted ? Stop.NOT_ANSWERED : Stop.NOT_CALLED;
    }

    /** Code and entry id, when an instance refused; else empty. */
    String serviceSaid() {
        String reason = refusal.value().orElse("");
        return reason.startsWith(FROM_SERVICE) ? reason.substring(FROM_SERVICE.length()) : "";
    }

    /** The reason code, when an instance refused; else empty. */
    String refusalCode() {
        String said = serviceSaid();
        int space = said.indexOf(' ');
        return space < 0 ? said : said.substring(0, space);
    }

    /** The server's objection to the answer; empty if there was none. */
    String objection() {
        return stop() == Stop.NOT_ACCEPTED ? refusal.value().orElse("") : "";
    }

    /** True if instances dropped a question meanwhile for this reason. */
    boolean dropped(String reason) {
        return !verdict.isAdmitted() && counts.value().map(it -> it.has(reason)).orElse(false);
    }
}
