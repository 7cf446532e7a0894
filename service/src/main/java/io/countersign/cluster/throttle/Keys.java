// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.cluster.throttle.ThrottleRule.Part;
import io.countersign.crypto.SipHash;
import io.countersign.identity.HostAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives each rule's key of a login a number that is the same on all instances: a keyed hash, so
 * that a key costs 8 bytes whatever strangers write into their names, none of them can make two
 * keys fall together, and no name leaves the instance. Thread-safe.
 */
final class Keys {
    /** No key: the login lacks a part of it. */
    static final long NONE = 0;

    private static final int LONGEST_TEXT = 512;
    private static final int ADDRESS = 18;
    private static final byte RULE = 1;
    private static final byte PAIR = 2;
    private static final String NAME = "\0name\0";

    private final SipHash hash;

    /** Names of rules as bytes: there are few, and each login needs them. */
    private final Map<String, byte[]> names = new ConcurrentHashMap<>();

    Keys(SipHash hash) {
        this.hash = hash;
    }

    /** The texts that a key can be made of. */
    record Parts(
            @Nullable HostAddress address,
            String user,
            String client,
            String server,
            String principal,
            String account) {
        static Parts of(Attempt attempt) {
            return new Parts(
                    HostAddress.parse(attempt.address()).orElse(null),
                    attempt.user(),
                    attempt.client(),
                    attempt.server(),
                    "",
                    "");
        }

        Parts proved(String name) {
            return new Parts(address, user, client, server, name, account);
        }

        Parts placed(String name) {
            return new Parts(address, user, client, server, principal, name);
        }

        String text(Part part) {
            return switch (part) {
                case ADDRESS -> "";
                case USER -> user;
                case CLIENT -> client;
                case SERVER -> server;
                case PRINCIPAL -> principal;
                case ACCOUNT -> account;
            };
        }
    }

    private static final Part[] PARTS = Part.values();

    long of(ThrottleRule rule, Parts parts) {
        ByteBuffer out = buffer(RULE, rule, parts);
        for (Part part : PARTS) {
            if (rule.has(part) && !put(out, rule, part, parts)) {
                return NONE;
            }
        }
        return hashed(out);
    }

    /** Of name and address, for a rule that spares some of them. */
    long pair(ThrottleRule rule, Parts parts) {
        ByteBuffer out = buffer(PAIR, rule, parts);
        boolean isWhole = put(out, rule, Part.USER, parts) && put(out, rule, Part.ADDRESS, parts);
        return isWhole ? hashed(out) : NONE;
    }

    /** To tell names from one another. */
    int name(String user) {
        byte[] text = (NAME + user).getBytes(UTF_8);
        return (int) hash.hash(text, text.length);
    }

    private ByteBuffer buffer(byte kind, ThrottleRule rule, Parts parts) {
        byte[] name = names.computeIfAbsent(rule.name(), text -> text.getBytes(UTF_8));
        int texts =
                parts.user.length()
                        + parts.client.length()
                        + parts.server.length()
                        + parts.principal.length()
                        + parts.account.length();
        // Three bytes of UTF-8 for a char at most, and each part has a head.
        int length = 3 * texts + name.length + ADDRESS + 4 * PARTS.length + 4;
        return ByteBuffer.allocate(length).put(kind).put((byte) name.length).put(name);
    }

    private static boolean put(ByteBuffer out, ThrottleRule rule, Part part, Parts parts) {
        out.put(part.code());
        if (part == Part.ADDRESS) {
            HostAddress address = parts.address;
            if (address == null) {
                return false;
            }
            HostAddress network = network(rule, address);
            out.put((byte) (network.v4() ? 4 : 6)).putLong(network.high()).putLong(network.low());
            return true;
        }
        String text = parts.text(part);
        text(out, text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT));
        return !text.isEmpty();
    }

    private static void text(ByteBuffer out, String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        out.putShort((short) utf8.length).put(utf8);
    }

    private static HostAddress network(ThrottleRule rule, HostAddress address) {
        return address.network(address.v4() ? rule.prefixes().v4() : rule.prefixes().v6());
    }

    @SuppressWarnings(
            "ByteBufferBackingArray") // allocated here: it begins at the array's beginning
    private long hashed(ByteBuffer out) {
        long value = hash.hash(out.array(), out.position());
        return value == NONE ? 1 : value;
    }

    /** For people: {@code user ann, address 10.0.0.7}. */
    static String label(ThrottleRule rule, Parts parts, boolean isNameShown) {
        List<String> texts = new ArrayList<>();
        for (Part part : PARTS) {
            if (rule.has(part)) {
                texts.add(
                        part.name().toLowerCase(java.util.Locale.ROOT)
                                + " "
                                + switch (part) {
                                    case ADDRESS -> address(rule, parts);
                                    case USER -> isNameShown ? parts.user : "(not shown)";
                                    default -> parts.text(part);
                                });
            }
        }
        return String.join(", ", texts);
    }

    private static String address(ThrottleRule rule, Parts parts) {
        return Optional.ofNullable(parts.address)
                .map(address -> {
                    int bits = address.v4() ? rule.prefixes().v4() : rule.prefixes().v6();
                    boolean isWhole = bits == (address.v4() ? 32 : 128);
                    return address.network(bits) + (isWhole ? "" : "/" + bits);
                })
                .orElse("");
    }
}
