// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.config.Mode;
import io.countersign.crypto.NKey;
import io.countersign.crypto.Sha2;
import io.countersign.crypto.Signer;
import io.countersign.crypto.XKeyBox;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * Names a generation: a short hash over policy, users, public keys and accounts, the same on every
 * instance that loaded the same. It is made of what was loaded, not of what the files hold by then.
 */
final class Revision {
    private static final int LENGTH = 12;

    private final MessageDigest hash = Sha2.SHA_256.fresh();

    /** A file, by the digest of the bytes that were parsed; empty if there is none. */
    Revision file(String digest) {
        return add(digest);
    }

    /** Our keys, by their public halves. */
    Revision keys(Iterable<Signer> issuers, Envelope envelope) {
        issuers.forEach(issuer -> key(issuer.key()));
        switch (envelope) {
            case Envelope.Clear() -> add("clear");
            case Envelope.Sealed(var ring) ->
                    ring.boxes().stream().map(XKeyBox::key).forEach(this::key);
        }
        return this;
    }

    /** What answers are signed with, for which accounts. */
    Revision answers(Mode mode, AnswerSigner signer) {
        mode.accountNames().stream().sorted().forEach(this::add);
        switch (signer) {
            case AnswerSigner.OfStatic _ -> add("static");
            case AnswerSigner.OfOperator(var callout, var outer, var targets) -> {
                key(callout);
                key(outer.key());
                new TreeMap<>(targets)
                        .forEach((name, target) -> {
                            add(name);
                            key(target.account());
                            key(target.signer().key());
                            add(Boolean.toString(target.scoped()));
                        });
            }
        }
        return this;
    }

    /** How far a server's clock may be off. */
    Revision clockSkew(Duration skew) {
        return add(skew.toString());
    }

    /** What they are made of, in their order; none changes nothing. */
    Revision authenticators(Iterable<String> contents) {
        contents.forEach(this::add);
        return this;
    }

    /** The name. */
    String name() {
        return HexFormat.of().formatHex(hash.digest()).substring(0, LENGTH);
    }

    private void key(NKey key) {
        add(key.text());
    }

    /** With its length, so that no two different lists run together. */
    private Revision add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        hash.update(bytes);
        return this;
    }
}
