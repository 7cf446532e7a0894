// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import io.countersign.crypto.NKey;
import io.countersign.setup.AccountFile;
import io.countersign.setup.PushRefused;
import io.countersign.setup.PushReport;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Whom a rotation can ask, and who does for it what goes over NATS. */
public interface Reach {
    /** Every instance, asked now. */
    Fleet instances() throws IOException, InterruptedException;

    /**
     * The servers at one moment.
     *
     * @param missing those that ought to be there and are not, a line each
     */
    record Servers(List<Server> present, List<String> missing) {
        public Servers {
            present = List.copyOf(present);
            missing = List.copyOf(missing);
        }
    }

    /**
     * One server.
     *
     * @param id new at every start
     */
    record Server(String id, String name) {}

    /** The servers, by the system account; empty if we have no login there. */
    Optional<Servers> servers() throws IOException, InterruptedException;

    /**
     * An account's JWT at one server.
     *
     * @param where name of the server, or what else has it
     */
    record Version(String where, byte[] jwt) {
        public Version {
            jwt = jwt.clone();
        }

        @Override
        public byte[] jwt() {
            return jwt.clone();
        }
    }

    /**
     * All versions of an account's JWT that servers work with or have stored. A server that does
     * not work with the account has none, and will take the stored one.
     */
    List<Version> versions(NKey account) throws IOException, InterruptedException;

    /**
     * Live connections of an account at one server whose users one key signed.
     *
     * @param sample what one of them calls itself
     */
    record Signed(String server, String key, int connections, String sample) {}

    /**
     * Who is connected to an account, by the keys that let them in.
     *
     * @throws IOException if not every server can tell
     */
    List<Signed> signed(NKey account) throws IOException, InterruptedException;

    /** Brings a changed account to all servers. */
    PushReport push(AccountFile account) throws IOException, PushRefused;
}
