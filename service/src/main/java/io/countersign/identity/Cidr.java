// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A network: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or one address alone. We enforce source
 * networks ourselves, because for callout users servers ignore the {@code src} claim (design.md,
 * decision 7). IPv4 networks match IPv4 addresses only and IPv6 ones IPv6 only, where an IPv4
 * address written as IPv6 counts as IPv4; {@code 0.0.0.0/0} and {@code ::/0} therefore are not the
 * same. Immutable.
 */
public final class Cidr {
    /** Longest text that is looked at: the longest address and its prefix length are 49. */
    private static final int LONGEST = 64;

    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,2}");

    private final HostAddress network;
    private final int length;

    private Cidr(HostAddress network, int length) {
        this.network = network;
        this.length = length;
    }

    /**
     * Parses strictly. Bits behind the prefix must be zero: {@code 10.1.2.3/8} is more often a slip
     * of the pen than a wish.
     *
     * @throws IllegalArgumentException with what was expected
     */
    public static Cidr parse(String text) {
        int slash = text.length() > LONGEST ? -1 : text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        // A zone names an interface of one machine: fine in a peer's address, not in a rule.
        HostAddress address =
                (host.indexOf('%') < 0 ? HostAddress.parse(host) : Optional.<HostAddress>empty())
                        .orElseThrow(() -> refused(text, "an IPv4 or IPv6 network"));
        int length = slash < 0 ? address.bits() : length(text, slash, host, address);
        if (!address.network(length).equals(address)) {
            throw refused(text, address.network(length) + "/" + length);
        }
        return new Cidr(address, length);
    }

    /** The network of this length around an address. */
    public static Cidr of(HostAddress address, int length) {
        if (length < 0 || length > address.bits()) {
            throw new IllegalArgumentException(
                    "length: " + length + " (expected: 0 to " + address.bits() + ")");
        }
        return new Cidr(address.network(length), length);
    }

    private static int length(String text, int slash, String host, HostAddress address) {
        String digits = text.substring(slash + 1);
        // ::ffff:10.0.0.0/104 is 10.0.0.0/8.
        int skipped = address.v4() && host.indexOf(':') >= 0 ? 96 : 0;
        if (NUMBER.matcher(digits).matches()) {
            int length = Integer.parseInt(digits) - skipped;
            if (length >= 0 && length <= address.bits()) {
                return length;
            }
        }
        throw refused(text, "a prefix length of " + skipped + " to " + (address.bits() + skipped));
    }

    private static IllegalArgumentException refused(String text, String expected) {
        String shown = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        return new IllegalArgumentException("network: " + shown + " (expected: " + expected + ")");
    }

    /**
     * True if {@code host}, as in {@code client_info.host}, is an address of this network. False
     * for a missing host and for everything that is not an address.
     */
    public boolean contains(String host) {
        return HostAddress.parse(host).filter(this::contains).isPresent();
    }

    /** True if {@code host} is an address of one of the networks; the host is parsed once. */
    public static boolean anyContains(Collection<Cidr> networks, String host) {
        return HostAddress.parse(host)
                .filter(address -> networks.stream().anyMatch(cidr -> cidr.contains(address)))
                .isPresent();
    }

    /** True if the address, parsed before, is one of this network. */
    public boolean contains(HostAddress address) {
        return network.sharesPrefix(address, length);
    }

    /** The network's first address. */
    public HostAddress address() {
        return network;
    }

    /** Length of the prefix in bits. */
    public int length() {
        return length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr that && length == that.length && network.equals(that.network);
    }

    @Override
    public int hashCode() {
        return 31 * network.hashCode() + length;
    }

    /** Network and prefix length, IPv4 always in the dotted form. */
    @Override
    public String toString() {
        return network + "/" + length;
    }
}
