// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.countersign.cluster.throttle.Visit;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes a {@link Visit} to the member that holds the key, where it is made alone and as a whole, by
 * that member's clock. The backup gets the outcome, not the visit. Bytes that cannot be read change
 * nothing.
 */
@SuppressWarnings("serial") // written by us; Java serialisation is closed
final class ThrottleVisit
        implements EntryProcessor<Long, byte[], byte[]>, IdentifiedDataSerializable {
    static final int CLASS = 2;

    private static final Clock CLOCK = Clock.systemUTC();

    private byte[] visit;
    private transient @Nullable Kept outcome;

    ThrottleVisit(byte[] visit) {
        this.visit = visit;
    }

    @Override
    public byte[] process(Map.Entry<Long, byte[]> entry) {
        Optional<Visit> asked = Visit.of(visit);
        if (asked.isEmpty()) {
            return new byte[0];
        }
        byte[] before = entry.getValue();
        Visit.Made made = asked.get().made(before, CLOCK.millis());
        Kept kept = new Kept(made.state(), made.lifetime().toMillis());
        if (!java.util.Arrays.equals(before, made.state())) {
            kept.process(entry);
            outcome = kept;
        }
        return made.answer();
    }

    @Override
    public @Nullable EntryProcessor<Long, byte[], byte[]> getBackupProcessor() {
        return outcome;
    }

    /** Puts a state where it belongs. */
    @SuppressWarnings("serial")
    static final class Kept
            implements EntryProcessor<Long, byte[], byte[]>, IdentifiedDataSerializable {
        static final int CLASS = 3;

        private byte @Nullable [] state;
        private long millis;

        Kept() {}

        Kept(byte @Nullable [] state, long millis) {
            this.state = state;
            this.millis = millis;
        }

        @Override
        public byte @Nullable [] process(Map.Entry<Long, byte[]> entry) {
            if (entry instanceof ExtendedMapEntry<Long, byte[]> timed && state != null) {
                timed.setValue(state, millis, TimeUnit.MILLISECONDS);
            } else {
                entry.setValue(state);
            }
            return null;
        }

        @Override
        public @Nullable EntryProcessor<Long, byte[], byte[]> getBackupProcessor() {
            return this;
        }

        @Override
        public int getFactoryId() {
            return GridCall.FACTORY;
        }

        @Override
        public int getClassId() {
            return CLASS;
        }

        @Override
        public void writeData(ObjectDataOutput out) throws IOException {
            out.writeByteArray(state);
            out.writeLong(millis);
        }

        @Override
        public void readData(ObjectDataInput in) throws IOException {
            state = in.readByteArray();
            millis = in.readLong();
        }
    }

    @Override
    public int getFactoryId() {
        return GridCall.FACTORY;
    }

    @Override
    public int getClassId() {
        return CLASS;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByteArray(visit);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        byte[] read = in.readByteArray();
        visit = read == null ? new byte[0] : read;
    }
}
