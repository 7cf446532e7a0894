// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.nats.Verdict;
import java.time.Duration;
import java.util.Optional;

/**
 * A real login, and what could be seen of it on its way.
 *
 * @param server name of the server that was tried
 * @param event reason in the server's event in the callout account, an empty text for "no answer in
 *     time"; empty if none came, hidden if nobody could listen
 * @param counts how much the instances' counters grew meanwhile
 * @param account where the client is now
 */
record Trial(
        String server,
        Verdict verdict,
        Look<Optional<String>> event,
        Look<Counts> counts,
        Look<String> account) {
    /** No login takes so long without a question to somebody. */
    static final Duration ASKED = Duration.ofMillis(1200);

    private static final String FROM_SERVICE = "Auth callout service returned an error: ";

    /** How far a login came. */
    enum Stop {
        /** Refused, and nobody could see where. */
        UNSEEN,
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
        Optional<Boolean> counted = counts.value().map(it -> it.requests() > 0);
        if (verdict.isAdmitted()) {
            return counted.orElse(true) ? Stop.ADMITTED : Stop.BYPASSED;
        }
        if (reason().isPresent()) {
            if (reason().get().isEmpty()) {
                return Stop.NOT_ANSWERED;
            }
            return serviceSaid().isEmpty() ? Stop.NOT_ACCEPTED : Stop.REFUSED;
        }
        if (counted.orElse(false)) {
            return Stop.NOT_ANSWERED;
        }
        if (event.value().isPresent()) {
            return Stop.NOT_CALLED;
        }
        return counted.isEmpty() ? Stop.UNSEEN : tookLong() ? Stop.NOT_ANSWERED : Stop.NOT_CALLED;
    }

    /** True if the server must have asked somebody. */
    boolean tookLong() {
        return verdict.elapsed().compareTo(ASKED) > 0;
    }

    private Optional<String> reason() {
        return event.value().flatMap(it -> it);
    }

    /** Code and entry id, when an instance refused; else empty. */
    String serviceSaid() {
        String reason = reason().orElse("");
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
        return stop() == Stop.NOT_ACCEPTED ? reason().orElse("") : "";
    }

    /** True if instances dropped a question meanwhile for this reason. */
    boolean dropped(String reason) {
        return !verdict.isAdmitted() && counts.value().map(it -> it.has(reason)).orElse(false);
    }
}
