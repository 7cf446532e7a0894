// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one generation, old and new at once (design, decision 4): while keys rotate, servers
 * disagree about which xkey and which issuer are ours. The keys never change; what the ring learns
 * is only which of its boxes a peer uses. Safe for use by many threads.
 */
public final class KeyRing {
    /** Servers whose box is remembered; for the others the boxes are tried newest first. */
    private static final long MOST_PEERS = 4096;

    private final List<XKeyBox> boxes;
    private final Map<NKey, Signer> signers;

    /** A server's xkey, parsed, and the box that opened last for it. */
    private record Peer(NKey key, XKeyBox box) {}

    /** By the text of their key, which so is parsed once. Only who has sealed something is here. */
    private final Cache<String, Peer> peers =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(MOST_PEERS).build();

    private KeyRing(List<XKeyBox> boxes, Map<NKey, Signer> signers) {
        this.boxes = boxes;
        this.signers = signers;
    }

    /**
     * A ring of these keys.
     *
     * @param boxes newest first; none where requests come in the clear
     * @param signers in any order
     * @throws IllegalArgumentException if a key is there twice
     */
    public static KeyRing of(List<XKeyBox> boxes, List<Signer> signers) {
        if (boxes.stream().map(XKeyBox::key).distinct().count() != boxes.size()) {
            throw new IllegalArgumentException("xkeys: one is there twice (expected: each once)");
        }
        Map<NKey, Signer> byKey = new LinkedHashMap<>();
        for (Signer signer : signers) {
            if (byKey.put(signer.key(), signer) != null) {
                throw new IllegalArgumentException(
                        "signers: " + signer.key() + " is there twice (expected: each once)");
            }
        }
        return new KeyRing(List.copyOf(boxes), Map.copyOf(byKey));
    }

    /**
     * What was in the box, and which box it was: the answer goes back sealed with the same one.
     *
     * @param clear not copied: the caller owns it
     * @param peer whose it was
     */
    // Never compared, and read once: a defensive copy of each request would only cost.
    @SuppressWarnings("ArrayRecordComponent")
    public record Opened(byte[] clear, NKey peer, XKeyBox box) {}

    /**
     * Opens a request with whichever of our xkeys it was sealed for, trying first the one that
     * opened last for this peer.
     *
     * @param peerText the server's public xkey
     * @throws InvalidKey if that is none
     * @throws BoxRefused if none of ours opens it
     */
    public Opened open(byte[] sealed, String peerText) throws InvalidKey, BoxRefused {
        @Nullable Peer known = peers.getIfPresent(peerText);
        NKey peer = known != null ? known.key() : NKey.parse(peerText, NKeyType.CURVE);
        @Nullable XKeyBox last = known != null ? known.box() : null;
        @Nullable BoxRefused refusal = null;
        for (XKeyBox box : inOrder(last)) {
            try {
                byte[] clear = box.open(sealed, peer);
                if (box != last) {
                    peers.put(peerText, new Peer(peer, box));
                }
                return new Opened(clear, peer, box);
            } catch (BoxRefused e) {
                refusal = e;
            }
        }
        throw refusal != null
                ? refusal
                : new BoxRefused("box: no xkey here (expected: at least one)");
    }

    private List<XKeyBox> inOrder(@Nullable XKeyBox first) {
        if (first == null || first == boxes.getFirst()) {
            return boxes;
        }
        List<XKeyBox> ordered = new ArrayList<>(boxes.size());
        ordered.add(first);
        for (XKeyBox box : boxes) {
            if (box != first) {
                ordered.add(box);
            }
        }
        return ordered;
    }

    /**
     * Learns from the ring before it which of the boxes that both have a peer uses, so that the
     * first request of each peer is not tried with the wrong one.
     */
    public KeyRing after(KeyRing former) {
        former.peers
                .asMap()
                .forEach((text, peer) -> {
                    if (boxes.contains(peer.box())) {
                        peers.put(text, peer);
                    }
                });
        return this;
    }

    /** The signer with this public key. */
    public Optional<Signer> signer(NKey key) {
        return Optional.ofNullable(signers.get(key));
    }

    /** Newest first. */
    public List<XKeyBox> boxes() {
        return boxes;
    }

    @Override
    public String toString() {
        return "KeyRing[xkeys="
                + boxes.stream().map(XKeyBox::key).toList()
                + ", signers="
                + signers.keySet()
                + "]";
    }
}
