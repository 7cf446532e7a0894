// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.NKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An operator and its accounts as servers and service need to know them, newly made or made with
 * nsc. Public: the secrets are in files of the set-up's folder already, under names that do not
 * depend on where they come from.
 *
 * @param jwt of the operator
 * @param applications in the order of the options
 * @param sentinel user JWT that says no more than "ask about me"
 */
record Operator(
        Jwt jwt,
        Account system,
        Account callout,
        Account operations,
        List<Account> applications,
        Jwt sentinel) {

    /** One account. */
    record Account(String name, NKey id, Jwt jwt) {}

    /** A signed token. Prints nothing of itself: a bearer's is a credential. */
    record Jwt(String text) {
        static Jwt of(byte[] ascii) {
            return new Jwt(new String(ascii, StandardCharsets.US_ASCII));
        }

        @Override
        public String toString() {
            return "Jwt[redacted]";
        }
    }

    Operator {
        applications = List.copyOf(applications);
    }

    List<Account> accounts() {
        List<Account> accounts = new ArrayList<>(List.of(system, callout, operations));
        accounts.addAll(applications);
        return List.copyOf(accounts);
    }

    /** Path of the seed that signs the users of an account, below the folder. */
    static String signingKey(String account) {
        return "keys/" + account + ".signing.nk";
    }

    static String creds(String user) {
        return "creds/" + user + ".creds";
    }
}
