// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.CosignatureVerifier;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.crypto.Ed25519;
import io.nats.client.impl.Headers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint of a log under which another instance put its signature, as it stands in the stream.
 * Nothing of it is verified by having been read.
 *
 * @param vkey the witness's key, as it says
 */
public record CosignedNote(WitnessSubject subject, SignedNote note, String vkey) {
    private static final String KIND = "cosigned";
    private static final String KEY = "Countersign-Witness";

    Headers headers(long size) {
        Headers headers = new Headers();
        headers.put(StreamRecord.KIND, KIND);
        headers.put(StreamRecord.SEQ, Long.toString(size));
        headers.put(KEY, vkey);
        return headers;
    }

    byte[] data() {
        return note.encoded().getBytes(StandardCharsets.UTF_8);
    }

    static CosignedNote read(
            WitnessSubject subject, @Nullable Headers headers, byte @Nullable [] data)
            throws NotOurs {
        if (headers == null || data == null || !KIND.equals(headers.getFirst(StreamRecord.KIND))) {
            throw new NotOurs("not a co-signed checkpoint");
        }
        String vkey = headers.getFirst(KEY);
        try {
            return new CosignedNote(
                    subject,
                    SignedNote.parse(new String(data, StandardCharsets.UTF_8)),
                    vkey == null ? "" : vkey);
        } catch (BadNote e) {
            throw new NotOurs(String.valueOf(e.getMessage()));
        }
    }

    /** The name that the key of an instance's witness has. */
    public static String name(String cluster, String instance) {
        return "countersign/" + cluster + "/" + instance + "/witness";
    }

    /**
     * Makes sure that the key is one of this instance's witness, and that it signed.
     *
     * @throws BadNote if not
     */
    public CosignatureVerifier verified(Ed25519 ed25519) throws BadNote {
        CosignatureVerifier key = CosignatureVerifier.parse(vkey, ed25519);
        if (!key.name().endsWith("/" + subject.witness() + "/witness")) {
            throw new BadNote("its key is not one of instance " + subject.witness());
        }
        if (key.cosigned(note).isEmpty()) {
            throw new BadNote("not signed by " + key.name());
        }
        return key;
    }
}
