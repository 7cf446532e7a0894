// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * All records by id, in parts that two instances compare. Each part is an array sorted by id that a
 * change replaces, so that readers take no lock and a record costs no more than its bytes and a
 * reference. One writer at a time.
 */
final class RecordTable {
    /** A power of two, and part of what instances say to one another: it never changes. */
    static final int BUCKETS = 4096;

    private static final SignedRecord[] NONE = {};

    private final AtomicReferenceArray<SignedRecord[]> buckets =
            new AtomicReferenceArray<>(BUCKETS);
    private final AtomicLongArray digests = new AtomicLongArray(BUCKETS);
    private volatile int size;

    RecordTable() {
        for (int i = 0; i < BUCKETS; i++) {
            buckets.set(i, NONE);
        }
    }

    private static int bucket(long idLow) {
        return (int) idLow & (BUCKETS - 1);
    }

    Optional<SignedRecord> get(UUID id) {
        SignedRecord[] bucket = buckets.get(bucket(id.getLeastSignificantBits()));
        int low = 0;
        int high = bucket.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = bucket[middle].compareId(id);
            if (order == 0) {
                return Optional.of(bucket[middle]);
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    /** In place of the record of the same id, if there is one. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
    void put(SignedRecord record) {
        int number = bucket(record.number(SignedRecord.ID + Long.BYTES));
        SignedRecord[] bucket = buckets.get(number);
        int at = Arrays.binarySearch(bucket, record, SignedRecord::compareIds);
        long digest = record.digest();
        SignedRecord[] after;
        if (at >= 0) {
            digest ^= bucket[at].digest();
            after = bucket.clone();
            after[at] = record;
        } else {
            int place = -at - 1;
            after = Arrays.copyOf(bucket, bucket.length + 1);
            System.arraycopy(bucket, place, after, place + 1, bucket.length - place);
            after[place] = record;
            size = size + 1;
        }
        buckets.set(number, after);
        digests.set(number, digests.get(number) ^ digest);
    }

    int size() {
        return size;
    }

    List<SignedRecord> inBucket(int bucket) {
        return List.of(buckets.get(bucket));
    }

    List<SignedRecord> all() {
        List<SignedRecord> all = new ArrayList<>(size);
        for (int i = 0; i < BUCKETS; i++) {
            all.addAll(Arrays.asList(buckets.get(i)));
        }
        return all;
    }

    /** In brief: equal parts have equal digests. */
    long[] digests() {
        long[] copy = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            copy[i] = digests.get(i);
        }
        return copy;
    }
}
