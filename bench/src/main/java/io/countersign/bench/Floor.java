// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.callout.Inbound;
import io.countersign.callout.Outcome;
import io.countersign.crypto.BoxRefused;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.crypto.Signer;
import io.countersign.crypto.XKeyBox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * The cryptography that no implementation can do without, over messages of the path's own lengths:
 * open, verify, sign the user (if one is let in), sign the answer, seal. Same provider, same cached
 * keys.
 */
final class Floor {
    private final Ed25519 ed25519;
    private final NKey serverId;
    private final byte[] request;
    private final int signedLength;
    private final byte[] signature;
    private final Signer signer;
    private final Optional<Box> box;
    private final byte[] user;
    private final byte[] answer;

    /** A sealed request, and what is needed to open it and to seal an answer. */
    private record Box(XKeyBox ours, NKey peer, byte[] sealed) {}

    private Floor(
            Ed25519 ed25519,
            NKey serverId,
            byte[] request,
            Optional<Box> box,
            Signer signer,
            byte[] user,
            byte[] answer) {
        this.ed25519 = ed25519;
        this.serverId = serverId;
        this.request = request;
        String text = new String(request, StandardCharsets.US_ASCII);
        this.signedLength = text.lastIndexOf('.');
        this.signature = Base64.getUrlDecoder().decode(text.substring(signedLength + 1));
        this.box = box;
        this.signer = signer;
        this.user = user;
        this.answer = answer;
    }

    /** Measures the messages by answering one request of this server. */
    static Floor of(DecisionPath path, RecordedServer server) throws IOException {
        RecordedServer.Request request = server.ask();
        Inbound inbound = request.arriving(path.now());
        byte[] sealedAnswer =
                switch (path.fresh().answer(inbound)) {
                    case Outcome.Allowed(var bytes) -> bytes;
                    case Outcome.Refused(var bytes, var reason) -> bytes;
                    case Outcome.Dropped(var reason) ->
                            throw new IllegalStateException("dropped: " + reason);
                };
        try {
            String answer = new String(server.open(sealedAnswer), StandardCharsets.US_ASCII);
            SecureRandom random = new SecureRandom();
            XKeyBox ours = XKeyBox.of(Seed.generate(NKeyType.CURVE, random), random, 4);
            XKeyBox theirs = XKeyBox.of(Seed.generate(NKeyType.CURVE, random), random, 4);
            Optional<Box> box =
                    request.serverXKey()
                            .map(_ ->
                                    new Box(
                                            ours,
                                            theirs.key(),
                                            theirs.seal(request.jwt(), ours.key())));
            return new Floor(
                    path.ed25519(),
                    server.id(),
                    request.jwt(),
                    box,
                    path.ed25519().signer(Seed.generate(NKeyType.ACCOUNT, random)),
                    userOf(answer).getBytes(StandardCharsets.US_ASCII),
                    answer.getBytes(StandardCharsets.US_ASCII));
        } catch (BoxRefused e) {
            throw new IllegalStateException("our own answer does not open", e);
        }
    }

    /** The user JWT inside an answer; empty for a refusal. */
    private static String userOf(String answer) {
        String claims = answer.split("\\.", -1)[1];
        String json = new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8);
        int at = json.indexOf("\"jwt\":\"");
        return at < 0 ? "" : json.substring(at + 7, json.indexOf('"', at + 7));
    }

    byte[] run() {
        byte[] clear = request;
        if (box.isPresent()) {
            clear = open(box.get());
        }
        if (!ed25519.verify(serverId, clear, 0, signedLength, signature)) {
            throw new IllegalStateException("the request's signature is not good");
        }
        if (user.length > 0) {
            signer.sign(user, 0, signed(user));
        }
        byte[] last = signer.sign(answer, 0, signed(answer));
        return box.isPresent() ? box.get().ours().seal(answer, box.get().peer()) : last;
    }

    private static byte[] open(Box box) {
        try {
            return box.ours().open(box.sealed(), box.peer());
        } catch (BoxRefused e) {
            throw new IllegalStateException("our own box does not open", e);
        }
    }

    /** Length of what was signed: all but the 86 characters of the signature and its point. */
    private static int signed(byte[] jwt) {
        return jwt.length - 87;
    }
}
