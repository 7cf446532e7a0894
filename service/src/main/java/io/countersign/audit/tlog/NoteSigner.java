// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.crypto.Signer;
import java.util.List;

/** Signs notes in the name of one key (C2SP signed-note, Ed25519). Thread-safe. */
public final class NoteSigner {
    private final String name;
    private final Signer signer;
    private final byte[] id;

    public NoteSigner(String name, Signer signer) {
        this.name = name;
        this.signer = signer;
        this.id = NoteVerifier.keyId(name, signer.key());
    }

    /** A note of this text, which ends in a newline, with one signature. */
    public SignedNote sign(String text) {
        byte[] signature = signer.sign(text.getBytes(UTF_8));
        return new SignedNote(text, List.of(SignedNote.Signature.of(name, id, signature)));
    }
}
