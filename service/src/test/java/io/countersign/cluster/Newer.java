// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** What a build to come would write: the body of a record of ours, changed and signed anew. */
final class Newer {
    private final RevocationSeal seal;

    Newer(RevocationSeal seal) {
        this.seal = seal;
    }

    private byte[] body(Revocation it) {
        byte[] bytes = seal.sign(it).bytes();
        return Arrays.copyOf(bytes, bytes.length - RevocationSeal.MAC);
    }

    /** With one more field. */
    byte[] withField(Revocation it, int tag, String value) {
        byte[] body = body(it);
        byte[] field = value.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return seal.signed(
                ByteBuffer.allocate(body.length + 3 + field.length)
                        .put(body)
                        .put((byte) tag)
                        .putShort((short) field.length)
                        .put(field)
                        .array());
    }

    /** Of a kind that there is not yet. */
    byte[] ofKind(Revocation it, int code) {
        return with(it, SignedRecord.KIND, code);
    }

    /** In a form that there is not yet. */
    byte[] inForm(Revocation it, int form) {
        return with(it, 0, form);
    }

    /** With a flag that there is not yet. */
    byte[] withFlag(Revocation it, int flag) {
        return with(it, SignedRecord.FLAGS, body(it)[SignedRecord.FLAGS] | flag);
    }

    private byte[] with(Revocation it, int at, int value) {
        byte[] body = body(it);
        body[at] = (byte) value;
        return seal.signed(body);
    }
}
