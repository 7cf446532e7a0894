// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.crypto.ConstantTime;
import io.countersign.crypto.KeyedHash;
import io.countersign.protocol.VerifiedRequest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * By which instances know one another's canary, so that throttles do not count it: a canary that
 * fails for a while would lock itself out, and stay refused long after everything is mended
 * (decision record 0067). The mark is a keyed hash of the one connection that it is made for; who
 * copies it from a list of connections can use it on no other. Thread-safe.
 */
public final class CanaryMark {
    private static final int KEY_BYTES = 32;
    private static final String WORD = " canary ";

    private final KeyedHash key;

    /** With the key of all instances of the cluster. */
    public CanaryMark(KeyedHash key) {
        this.key = key;
    }

    /** With a key of this process's own: only its own canary is known then. */
    public static CanaryMark own(SecureRandom random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return new CanaryMark(KeyedHash.of(key));
    }

    /**
     * What the canary calls itself.
     *
     * @param server public key of the server that it is connected to
     * @param cid id of the connection there
     */
    public String name(String instance, String server, long cid) {
        return instance + WORD + mark(server, cid);
    }

    /** Whether the request is about a canary of the cluster. */
    boolean isOn(VerifiedRequest request) {
        String name = request.client().name();
        int word = name.lastIndexOf(WORD);
        return word >= 0
                && ConstantTime.equal(
                        bytes(name.substring(word + WORD.length())),
                        bytes(mark(request.server().id().text(), request.client().id())));
    }

    private String mark(String server, long cid) {
        return key.fingerprint(server + " " + cid);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
