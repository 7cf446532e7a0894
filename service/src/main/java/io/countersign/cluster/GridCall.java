// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What one instance asks another: a sealed question, answered with sealed bytes by whoever receives
 * it. What is in the bytes has a form of our own, so that builds of different versions understand
 * one another.
 */
final class GridCall
        implements Callable<byte[]>, IdentifiedDataSerializable, HazelcastInstanceAware {
    static final int FACTORY = 4753;
    static final int CLASS = 1;

    /** Where an instance keeps what answers. */
    static final String CONTEXT = "countersign";

    private byte[] question;
    private transient @Nullable HazelcastInstance member;

    GridCall(byte[] question) {
        this.question = question;
    }

    byte[] question() {
        return question.clone();
    }

    /** What answers questions on an instance. */
    interface Answering {
        byte[] answer(byte[] question);
    }

    @Override
    public byte[] call() {
        HazelcastInstance here = member;
        Object answering = here == null ? null : here.getUserContext().get(CONTEXT);
        return answering instanceof Answering it ? it.answer(question) : new byte[0];
    }

    @Override
    public void setHazelcastInstance(HazelcastInstance hazelcast) {
        this.member = hazelcast;
    }

    @Override
    public int getFactoryId() {
        return FACTORY;
    }

    @Override
    public int getClassId() {
        return CLASS;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByteArray(question);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        byte[] read = in.readByteArray();
        question = read == null ? new byte[0] : read;
    }
}
