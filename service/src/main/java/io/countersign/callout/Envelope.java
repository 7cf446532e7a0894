// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.crypto.BoxRefused;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.KeyRing;
import io.countersign.crypto.NKey;
import io.countersign.crypto.XKeyBox;
import io.countersign.protocol.BadRequest;
import io.countersign.protocol.RequestFault;
import java.util.Optional;

/**
 * How requests come and answers go: in a box, or clear. Which of both is configured, never guessed
 * (reference 1.5, point 2).
 */
public sealed interface Envelope {
    /** A request out of its envelope, still unverified. */
    interface Opened {
        /** The JWT as the server wrote it. */
        byte[] jwt();

        /**
         * The server's xkey from the header; the verifier compares it with the signed copy. Empty
         * for a clear request.
         */
        Optional<NKey> serverKey();

        /** Our xkey that it was sealed for; empty for a clear request. */
        Optional<NKey> ownKey();

        /** Bytes in front of an answer that {@link #close} writes to. */
        int room();

        /**
         * Puts an answer into the same kind of envelope, with the key that opened the request.
         *
         * @param answer behind {@link #room()} free bytes; the result may be the same array
         */
        byte[] close(byte[] answer);
    }

    Opened open(Inbound inbound) throws BadRequest;

    /** Requests are sealed; any key of the ring may open, old or new (design, decision 4). */
    record Sealed(KeyRing keys) implements Envelope {
        private record InBox(byte[] jwt, NKey peer, XKeyBox box) implements Opened {
            @Override
            public Optional<NKey> serverKey() {
                return Optional.of(peer);
            }

            @Override
            public Optional<NKey> ownKey() {
                return Optional.of(box.key());
            }

            @Override
            public int room() {
                return XKeyBox.OVERHEAD;
            }

            @Override
            public byte[] close(byte[] answer) {
                return box.sealInPlace(answer, peer);
            }
        }

        @Override
        public Opened open(Inbound inbound) throws BadRequest {
            if (inbound.serverXKeys().size() != 1) {
                throw refused(
                        "%d Nats-Server-Xkey headers (expected: 1; xkeys are configured here)"
                                .formatted(inbound.serverXKeys().size()));
            }
            try {
                KeyRing.Opened opened =
                        keys.open(inbound.payload(), inbound.serverXKeys().getFirst());
                return new InBox(opened.clear(), opened.peer(), opened.box());
            } catch (InvalidKey e) {
                throw refused("Nats-Server-Xkey header: " + e.getMessage());
            } catch (BoxRefused e) {
                throw refused(String.valueOf(e.getMessage()));
            }
        }

        private static BadRequest refused(String message) {
            return new BadRequest(RequestFault.UNDECRYPTABLE, message);
        }
    }

    /** Requests are clear: no xkey is configured. */
    record Clear() implements Envelope {
        private record Plain(byte[] jwt) implements Opened {
            @Override
            public Optional<NKey> serverKey() {
                return Optional.empty();
            }

            @Override
            public Optional<NKey> ownKey() {
                return Optional.empty();
            }

            @Override
            public int room() {
                return 0;
            }

            @Override
            public byte[] close(byte[] answer) {
                return answer;
            }
        }

        @Override
        public Opened open(Inbound inbound) throws BadRequest {
            if (!inbound.serverXKeys().isEmpty()) {
                throw new BadRequest(
                        RequestFault.UNDECRYPTABLE,
                        "sealed request (expected: clear; no xkey is configured here)");
            }
            return new Plain(inbound.payload());
        }
    }
}
