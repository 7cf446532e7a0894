// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what other instances ask, and knows the form of what is asked and answered. Who is not of
 * us learns nothing and changes nothing. Thread-safe.
 */
final class GridAnswers implements GridCall.Answering {
    /** Records to bring into force; answered with the instance's name when they are. */
    static final int APPLY = 1;

    /** What the instance knows, in brief. */
    static final int DIGESTS = 2;

    /** The records of some buckets. */
    static final int FETCH = 3;

    /** An id that may be used once; answered with 1 if it had not been. */
    static final int TAKE = 4;

    private static final Logger log = LoggerFactory.getLogger(GridAnswers.class);

    private final String instance;
    private final GridSeal seal;
    private final RevocationBook book;
    private final OnceOnly taken = new OnceOnly();
    private final Map<Integer, UnaryOperator<byte[]>> more = new ConcurrentHashMap<>();

    GridAnswers(String instance, GridSeal seal, RevocationBook book) {
        this.instance = instance;
        this.seal = seal;
        this.book = book;
    }

    /** Answers one more verb. */
    void add(int verb, UnaryOperator<byte[]> answer) {
        more.put(verb, answer);
    }

    OnceOnly taken() {
        return taken;
    }

    @Override
    public byte[] answer(byte[] bytes) {
        Optional<GridSeal.Question> question = seal.open(bytes);
        if (question.isEmpty()) {
            log.warn("a stranger asked over the cluster's port; not answered");
            return new byte[0];
        }
        return seal.answer(bytes, answer(question.get()));
    }

    private byte[] answer(GridSeal.Question question) {
        return switch (question.verb()) {
            // Who keeps a record without understanding it must not confirm it.
            case APPLY ->
                    book.merge(unpacked(question.body())).isComplete()
                            ? instance.getBytes(UTF_8)
                            : new byte[0];
            case DIGESTS -> digests(book.view());
            case FETCH -> fetched(question.body());
            case TAKE ->
                    new byte[] {(byte) (taken.take(new String(question.body(), UTF_8)) ? 1 : 0)};
            default -> more.getOrDefault(question.verb(), _ -> new byte[0]).apply(question.body());
        };
    }

    private byte[] fetched(byte[] wanted) {
        List<SignedRecord> records = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(wanted);
        while (in.remaining() >= Short.BYTES) {
            int bucket = in.getShort();
            if (bucket >= 0 && bucket < RecordTable.BUCKETS) {
                records.addAll(book.view().inBucket(bucket));
            }
        }
        return packed(records);
    }

    static Optional<String> name(byte[] answer) {
        return answer.length == 0 ? Optional.empty() : Optional.of(new String(answer, UTF_8));
    }

    static byte[] packed(Collection<? extends SignedRecord> records) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (SignedRecord record : records) {
            out.write(record.length() >>> 8);
            out.write(record.length());
            out.writeBytes(record.raw());
        }
        return out.toByteArray();
    }

    /** Whole records; what follows a broken length is left out. */
    static List<byte[]> unpacked(byte[] bytes) {
        List<byte[]> records = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.remaining() >= Short.BYTES) {
            int length = in.getShort() & 0xffff;
            if (length > in.remaining()) {
                break;
            }
            byte[] record = new byte[length];
            in.get(record);
            records.add(record);
        }
        return records;
    }

    private static byte[] digests(Revocations view) {
        ByteBuffer out = ByteBuffer.allocate(RecordTable.BUCKETS * Long.BYTES);
        for (long digest : view.digests()) {
            out.putLong(digest);
        }
        return out.array();
    }

    static List<Integer> differing(Revocations view, byte[] theirs) {
        List<Integer> differing = new ArrayList<>();
        if (theirs.length != RecordTable.BUCKETS * Long.BYTES) {
            return differing;
        }
        ByteBuffer in = ByteBuffer.wrap(theirs);
        long[] ours = view.digests();
        for (int bucket = 0; bucket < ours.length; bucket++) {
            if (ours[bucket] != in.getLong()) {
                differing.add(bucket);
            }
        }
        return differing;
    }

    static byte[] buckets(List<Integer> buckets) {
        ByteBuffer out = ByteBuffer.allocate(buckets.size() * Short.BYTES);
        buckets.forEach(bucket -> out.putShort(bucket.shortValue()));
        return out.array();
    }
}
