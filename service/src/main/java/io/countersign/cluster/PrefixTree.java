// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import io.countersign.identity.Cidr;
import io.countersign.identity.HostAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Networks by prefix: a path-compressed binary trie for each family, so that an address meets at
 * most as many nodes as it has bits, however many networks there are. Nodes are immutable; a change
 * copies the path to it, so that readers need no lock. One writer at a time.
 */
final class PrefixTree {
    private volatile @Nullable Node v4;
    private volatile @Nullable Node v6;

    /** Bits are counted from the top of {@code high}; an IPv4 address stands in its upper half. */
    private record Node(
            long high,
            long low,
            int length,
            @Nullable Active here,
            @Nullable Node zero,
            @Nullable Node one) {
        boolean holds(long h, long l) {
            return common(high, low, h, l) >= length;
        }

        Node with(@Nullable Active active) {
            return new Node(high, low, length, active, zero, one);
        }

        Node withChild(int bit, @Nullable Node child) {
            return bit == 0
                    ? new Node(high, low, length, here, child, one)
                    : new Node(high, low, length, here, zero, child);
        }

        @Nullable Node child(int bit) {
            return bit == 0 ? zero : one;
        }
    }

    void add(Cidr network, SignedRevocation revocation) {
        change(network, revocation, true);
    }

    void remove(Cidr network, SignedRevocation revocation) {
        change(network, revocation, false);
    }

    private void change(Cidr network, SignedRevocation revocation, boolean add) {
        HostAddress address = network.address();
        long high = high(address);
        long low = low(address);
        if (address.v4()) {
            v4 = change(v4, high, low, network.length(), revocation, add);
        } else {
            v6 = change(v6, high, low, network.length(), revocation, add);
        }
    }

    /** A revocation in force of a network that the address is in. */
    @Nullable SignedRevocation find(HostAddress address, Instant now) {
        Node node = address.v4() ? v4 : v6;
        long high = high(address);
        long low = low(address);
        int bits = address.v4() ? 32 : 128;
        while (node != null && node.holds(high, low)) {
            SignedRevocation found = Active.inForce(node.here(), now);
            if (found != null) {
                return found;
            }
            if (node.length() == bits) {
                return null;
            }
            node = node.child(bit(high, low, node.length()));
        }
        return null;
    }

    boolean isEmpty() {
        return v4 == null && v6 == null;
    }

    private static @Nullable Node change(
            @Nullable Node node,
            long high,
            long low,
            int length,
            SignedRevocation it,
            boolean add) {
        if (node == null) {
            return add ? new Node(high, low, length, new Active(it, null), null, null) : null;
        }
        int shared = Math.min(common(node.high(), node.low(), high, low), length);
        if (shared < node.length()) {
            return add ? fork(node, shared, high, low, length, it) : node;
        }
        if (length == node.length()) {
            Active here = add ? new Active(it, node.here()) : Active.without(node.here(), it);
            return compressed(node.with(here));
        }
        int bit = bit(high, low, node.length());
        return compressed(node.withChild(bit, change(node.child(bit), high, low, length, it, add)));
    }

    private static Node fork(
            Node node, int shared, long high, long low, int length, SignedRevocation it) {
        Active active = new Active(it, null);
        if (shared == length) {
            Node above = new Node(high, low, length, active, null, null);
            return above.withChild(bit(node.high(), node.low(), shared), node);
        }
        long keep = shared >= 64 ? -1L : shared == 0 ? 0 : -1L << (64 - shared);
        long keepLow = shared <= 64 ? 0 : -1L << (128 - shared);
        Node above = new Node(high & keep, low & keepLow, shared, null, null, null);
        Node leaf = new Node(high, low, length, active, null, null);
        return above.withChild(bit(node.high(), node.low(), shared), node)
                .withChild(bit(high, low, shared), leaf);
    }

    private static @Nullable Node compressed(Node node) {
        if (node.here() != null || (node.zero() != null && node.one() != null)) {
            return node;
        }
        return node.zero() != null ? node.zero() : node.one();
    }

    private static int bit(long high, long low, int at) {
        return (int) ((at < 64 ? high >>> (63 - at) : low >>> (127 - at)) & 1);
    }

    private static int common(long high, long low, long h, long l) {
        long difference = high ^ h;
        return difference != 0
                ? Long.numberOfLeadingZeros(difference)
                : 64 + Long.numberOfLeadingZeros(low ^ l);
    }

    private static long high(HostAddress address) {
        return address.v4() ? address.low() << 32 : address.high();
    }

    private static long low(HostAddress address) {
        return address.v4() ? 0 : address.low();
    }
}
