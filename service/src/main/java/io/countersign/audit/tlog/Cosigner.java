// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.crypto.Signer;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * Puts a witness's signature under checkpoints of others (C2SP tlog-cosignature v1): the witness
 * says that it saw this tree then, and that it extends every tree of the log that it signed before.
 * Making sure of that is up to whoever calls this. Thread-safe.
 */
public final class Cosigner {
    private final String name;
    private final Signer signer;
    private final byte[] id;

    public Cosigner(String name, Signer signer) {
        this.name = name;
        this.signer = signer;
        this.id = CosignatureVerifier.keyId(name, signer.key());
    }

    /** The same note with one more signature. */
    public SignedNote cosign(SignedNote checkpoint, Instant now) {
        long seconds = now.getEpochSecond();
        byte[] signature = signer.sign(message(seconds, checkpoint.text()));
        byte[] timed =
                ByteBuffer.allocate(Long.BYTES + signature.length)
                        .putLong(seconds)
                        .put(signature)
                        .array();
        return checkpoint.with(SignedNote.Signature.of(name, id, timed));
    }

    static byte[] message(long seconds, String text) {
        return ("cosignature/v1\ntime " + seconds + "\n" + text).getBytes(UTF_8);
    }
}
