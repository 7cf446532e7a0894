// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

import io.countersign.identity.Cidr;
import io.countersign.identity.HostAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One key is locked until a time, or (lifted) is not any more. Immutable; times are ms since 1970.
 *
 * <p>Form 1, big-endian: form (1 byte), flags (1: bit 0 lifted), key (8), version (8), level (4),
 * failures (4), since (8), until (8), then rule and label, each a length (2) and UTF-8. A later
 * form only adds at the end.
 *
 * @param rule name of the rule that locked it
 * @param label for people: what the key is made of
 * @param version of two for one key the higher one holds
 * @param isLifted until the same time: longer than any other record of that lockout can matter
 */
public record Lockout(
        long key,
        String rule,
        String label,
        int level,
        int failures,
        long since,
        long until,
        long version,
        boolean isLifted) {
    private static final byte FORM = 1;
    private static final int FIXED = 2 + 8 + 8 + 4 + 4 + 8 + 8;
    private static final int LONGEST_TEXT = 1024;
    private static final String ADDRESS = "address ";

    /** As people type it. */
    public String id() {
        return "%016x".formatted(key);
    }

    /** Whether its key has this claimed name in it. */
    public boolean isOfUser(String name) {
        String rest = label;
        if (label.startsWith(ADDRESS)) {
            int end = label.indexOf(", ");
            rest = end < 0 ? "" : label.substring(end + 2);
        }
        String user = "user " + name;
        return rest.equals(user)
                || rest.startsWith(user + ", client ")
                || rest.startsWith(user + ", server ");
    }

    /** Whether its key has this address, or its network, in it. */
    public boolean isFrom(HostAddress address) {
        if (!label.startsWith(ADDRESS)) {
            return false;
        }
        int end = label.indexOf(", ");
        String network = label.substring(ADDRESS.length(), end < 0 ? label.length() : end);
        try {
            return Cidr.parse(network).contains(address);
        } catch (IllegalArgumentException _) {
            return false; // a label of another build
        }
    }

    boolean isLocking(long now) {
        return !isLifted && until > now;
    }

    /** The record that ends it. */
    Lockout lifted() {
        return new Lockout(key, rule, label, level, failures, since, until, version + 1, true);
    }

    /**
     * The whole rule of merging: what is over gives way; then the higher version, the later end.
     */
    boolean supersedes(Lockout other, long now) {
        if (other.until <= now || until <= now) {
            return until > other.until;
        }
        return version != other.version ? version > other.version : until > other.until;
    }

    long digest() {
        long mixed = key * 0x9E3779B97F4A7C15L ^ version * 0xC2B2AE3D27D4EB4FL ^ until;
        return isLifted ? Long.rotateLeft(mixed, 17) : mixed;
    }

    byte[] bytes() {
        byte[] ruleText = utf8(rule);
        byte[] labelText = utf8(label);
        ByteBuffer out = ByteBuffer.allocate(FIXED + 4 + ruleText.length + labelText.length);
        out.put(FORM).put((byte) (isLifted ? 1 : 0)).putLong(key).putLong(version);
        out.putInt(level).putInt(failures).putLong(since).putLong(until);
        out.putShort((short) ruleText.length).put(ruleText);
        out.putShort((short) labelText.length).put(labelText);
        return out.array();
    }

    private static byte[] utf8(String text) {
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        return all.length <= LONGEST_TEXT ? all : java.util.Arrays.copyOf(all, LONGEST_TEXT);
    }

    static Optional<Lockout> of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            if (in.get() < FORM) {
                return Optional.empty();
            }
            boolean isLifted = (in.get() & 1) != 0;
            long key = in.getLong();
            long version = in.getLong();
            int level = in.getInt();
            int failures = in.getInt();
            long since = in.getLong();
            long until = in.getLong();
            String rule = text(in);
            String label = text(in);
            return Optional.of(
                    new Lockout(
                            key, rule, label, level, failures, since, until, version, isLifted));
        } catch (BufferUnderflowException _) {
            return Optional.empty();
        }
    }

    private static String text(ByteBuffer in) {
        byte[] text = new byte[Math.min(in.getShort() & 0xffff, LONGEST_TEXT)];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
