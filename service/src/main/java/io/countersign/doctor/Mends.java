// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.crypto.NKey;

/** Commands and lines that several findings share. */
final class Mends {
    private static final String RESTART = " Takes a restart of the server; a reload refuses it.";

    private Mends() {}

    /** Operator mode: changes what makes an account the callout account. */
    static String callout(Evidence it, String flags) {
        String account = it.calloutAccountLabel();
        return "nsc edit authcallout --account %s %s && nsc push --account %s"
                .formatted(account, flags, account);
    }

    /** Operator mode: makes a key one of an account's signing keys. */
    static String signingKey(String account, NKey key) {
        return "nsc edit account --name %s --sk %s && nsc push --account %s"
                .formatted(account, key, account);
    }

    /** Operator mode: changes the sentinel. */
    static String sentinel(Evidence it, String flags) {
        return "nsc edit user --account %s --name sentinel %s; hand out the new JWT."
                .formatted(it.calloutAccountLabel(), flags);
    }

    /** Static mode. */
    static String authCallout(String line) {
        return "In each server's auth_callout { … }: " + line + "." + RESTART;
    }

    static String ours(String line) {
        return "In countersign.yaml: " + line;
    }
}
