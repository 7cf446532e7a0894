// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The other instances, as far as throttles need them. Nothing here blocks. Thread-safe. */
public interface SharedThrottles {
    /** Something that the others should know of a key, so that they ask before they judge. */
    enum Hint {
        /** It has failed lately. */
        FAILED(0),
        /** A pair of name and address got in. */
        KNOWN(1);

        private final byte code;

        Hint(int code) {
            this.code = (byte) code;
        }

        /** On the wire between instances; never changes. */
        public byte code() {
            return code;
        }

        /** Empty for a code of a newer build. */
        public static Optional<Hint> of(byte code) {
            return Arrays.stream(values()).filter(hint -> hint.code == code).findFirst();
        }
    }

    /**
     * Changes a key's state where it is.
     *
     * @param isCounted true for a login that failed: counting it may take a little longer, because
     *     nobody who deserves to get in waits for that
     * @return the answer's wire form; fails by itself when its time is over, and at once if whoever
     *     holds the key is known not to answer
     */
    CompletableFuture<byte[]> visit(long key, byte[] visit, boolean isCounted);

    /** Told to the others within some 20 ms, as often as there is room. */
    void hint(Hint hint, long key);

    /** Tells all others of a lockout, or of its end. */
    void announce(Collection<byte[]> lockouts);

    /** How many share a limit, this one among them. */
    int instances();
}
