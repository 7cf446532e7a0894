// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import io.countersign.cluster.throttle.Visit;

/** After a split the stricter of two states holds: more failures, the emptier bucket. */
final class ThrottleMerge
        implements SplitBrainMergePolicy<byte[], MergingValue<byte[]>, byte[]>,
                IdentifiedDataSerializable {
    static final int CLASS = 4;

    /** Hazelcast makes it by its name. */
    ThrottleMerge() {}

    @Override
    public byte[] merge(MergingValue<byte[]> theirs, MergingValue<byte[]> ours) {
        byte[] mine = ours == null ? null : ours.getDeserializedValue();
        return mine == null
                ? theirs.getDeserializedValue()
                : Visit.merged(theirs.getDeserializedValue(), mine);
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
    public void writeData(ObjectDataOutput out) {}

    @Override
    public void readData(ObjectDataInput in) {}
}
