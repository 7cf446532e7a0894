// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.MemberLeftException;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.nio.serialization.StreamSerializer;
import com.hazelcast.spi.exception.CallerNotMemberException;
import com.hazelcast.spi.exception.RetryableException;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import com.hazelcast.spi.exception.TargetNotMemberException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * Stands in for Java serialisation wherever Hazelcast would use it: for the errors that members
 * tell one another, and for nothing else. An error travels as the name of one of a few classes, and
 * text.
 */
final class GridErrors implements StreamSerializer<Object> {
    static final int TYPE = 4754;
    private static final int LONGEST = 500;

    private static final Map<String, Function<String, Throwable>> KNOWN =
            Map.of(
                    "retry", RetryableHazelcastException::new,
                    "caller", CallerNotMemberException::new,
                    "target", TargetNotMemberException::new,
                    "left", MemberLeftException::new,
                    "inactive", HazelcastInstanceNotActiveException::new,
                    "rejected", RejectedExecutionException::new,
                    "cancelled", CancellationException::new,
                    "unreadable", HazelcastSerializationException::new);

    @Override
    public int getTypeId() {
        return TYPE;
    }

    @Override
    public void write(ObjectDataOutput out, Object object) throws IOException {
        if (!(object instanceof Throwable error)) {
            throw new HazelcastSerializationException(
                    object.getClass().getName() + " has no form between instances");
        }
        String text = error.getClass().getName() + ": " + error.getMessage();
        out.writeString(word(error));
        out.writeString(text.substring(0, Math.min(text.length(), LONGEST)));
    }

    private static String word(Throwable error) {
        return switch (error) {
            case CallerNotMemberException _ -> "caller";
            case TargetNotMemberException _ -> "target";
            case MemberLeftException _ -> "left";
            case RetryableException _ -> "retry";
            case HazelcastInstanceNotActiveException _ -> "inactive";
            case RejectedExecutionException _ -> "rejected";
            case CancellationException _ -> "cancelled";
            case HazelcastSerializationException _ -> "unreadable";
            default -> "other";
        };
    }

    @Override
    public Object read(ObjectDataInput in) throws IOException {
        Function<String, Throwable> made = KNOWN.get(String.valueOf(in.readString()));
        String text = String.valueOf(in.readString());
        return made == null ? new HazelcastException(text) : made.apply(text);
    }
}
