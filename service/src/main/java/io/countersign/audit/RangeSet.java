// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Places in a log, kept as ranges. Not thread-safe. */
final class RangeSet {
    /** First place of each range to its last; no two touch. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    private long count;

    /** Both ends included. */
    record Range(long first, long last) {
        Range {
            if (first < 0 || last < first) {
                throw new IllegalArgumentException("range: " + first + "-" + last);
            }
        }
    }

    void add(long place) {
        add(new Range(place, place));
    }

    void add(Range range) {
        long first = range.first();
        long last = range.last();
        Map.Entry<Long, Long> below = ranges.floorEntry(first);
        if (below != null && below.getValue() >= first - 1) {
            first = below.getKey();
            last = Math.max(last, below.getValue());
        }
        Map.Entry<Long, Long> next = ranges.ceilingEntry(first);
        while (next != null && next.getKey() <= last + 1) {
            last = Math.max(last, next.getValue());
            count -= next.getValue() - next.getKey() + 1;
            ranges.remove(next.getKey());
            next = ranges.ceilingEntry(first);
        }
        ranges.put(first, last);
        count += last - first + 1;
    }

    boolean contains(long place) {
        Map.Entry<Long, Long> below = ranges.floorEntry(place);
        return below != null && below.getValue() >= place;
    }

    /** How many places. */
    long count() {
        return count;
    }

    List<Range> ranges() {
        List<Range> all = new ArrayList<>();
        ranges.forEach((first, last) -> all.add(new Range(first, last)));
        return all;
    }

    /** The first place of this set that the other lacks; −1 when it has all. */
    long firstOutside(RangeSet other) {
        for (Map.Entry<Long, Long> range : ranges.entrySet()) {
            long place = range.getKey();
            while (place <= range.getValue()) {
                Map.Entry<Long, Long> cover = other.ranges.floorEntry(place);
                if (cover == null || cover.getValue() < place) {
                    return place;
                }
                place = cover.getValue() + 1;
            }
        }
        return -1;
    }

    /** SHA-256 over {@code first-last} lines: stands for the exact set in an entry. */
    String digest() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        ranges.forEach(
                (first, last) -> digest.update((first + "-" + last + "\n").getBytes(US_ASCII)));
        return HexFormat.of().formatHex(digest.digest());
    }
}
