// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.InterfacesConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializable;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.nio.serialization.Portable;
import com.hazelcast.nio.serialization.PortableReader;
import com.hazelcast.nio.serialization.PortableWriter;
import java.io.Externalizable;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A member as somebody else would write it, who knows the cluster's name: nothing in it is closed.
 * What it sends notes where it was run or even made; it may only be made here.
 */
final class Stranger {
    /** Threads that made or ran one of the objects below, other than the test's own. */
    static final ConcurrentLinkedQueue<String> RAN = new ConcurrentLinkedQueue<>();

    private Stranger() {}

    static HazelcastInstance join(String cluster, int port, List<String> members) {
        Config config = new Config();
        config.setClusterName(cluster);
        config.setInstanceName("stranger-" + port);
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.getJetConfig().setEnabled(true).setResourceUploadEnabled(true);
        config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
        config.getNetworkConfig()
                .setInterfaces(
                        new InterfacesConfig()
                                .setEnabled(true)
                                .setInterfaces(List.of("127.0.0.1")));
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getTcpIpConfig().setEnabled(true);
        members.forEach(config.getNetworkConfig().getJoin().getTcpIpConfig()::addMember);
        return Hazelcast.newHazelcastInstance(config);
    }

    private static void note(Class<?> what) {
        String thread = Thread.currentThread().getName();
        // Hazelcast names its threads after the member.
        if (thread.contains("countersign-")) {
            RAN.add(what.getSimpleName() + " on " + thread);
        }
    }

    /** Does what it came for, in whichever way it is called. */
    abstract static class Hostile
            implements Callable<String>, EntryProcessor<String, String, String> {
        private static final long serialVersionUID = 1;

        Hostile() {
            note(getClass());
        }

        @Override
        public String call() {
            note(getClass());
            return "ran";
        }

        @Override
        public String process(Map.Entry<String, String> entry) {
            note(getClass());
            return "ran";
        }
    }

    /** Java serialisation. */
    static final class OfJava extends Hostile {
        private static final long serialVersionUID = 1;

        private void readObject(java.io.ObjectInputStream in) {
            note(getClass());
        }
    }

    /** Java serialisation by name of the class. */
    public static final class OfJavaByName extends Hostile implements Externalizable {
        private static final long serialVersionUID = 1;

        public OfJavaByName() {}

        @Override
        public void writeExternal(ObjectOutput out) {}

        @Override
        public void readExternal(ObjectInput in) {
            note(getClass());
        }
    }

    /** Hazelcast's serialisation by name of the class, which calls a constructor. */
    public static final class ByName extends Hostile implements DataSerializable {
        private static final long serialVersionUID = 1;

        public ByName() {}

        @Override
        public void writeData(ObjectDataOutput out) {}

        @Override
        public void readData(ObjectDataInput in) {
            note(getClass());
        }
    }

    /** By the number of a class in a factory: ours, but no class of ours. */
    static final class ByNumber extends Hostile implements IdentifiedDataSerializable {
        private static final long serialVersionUID = 1;

        @Override
        public int getFactoryId() {
            return GridCall.FACTORY;
        }

        @Override
        public int getClassId() {
            return 99;
        }

        @Override
        public void writeData(ObjectDataOutput out) {}

        @Override
        public void readData(ObjectDataInput in) {}
    }

    /** With fields by name. */
    @SuppressWarnings("removal") // strangers may use what is old
    static final class OfFields extends Hostile implements Portable {
        private static final long serialVersionUID = 1;

        @Override
        public int getFactoryId() {
            return 1;
        }

        @Override
        public int getClassId() {
            return 1;
        }

        @Override
        public void writePortable(PortableWriter writer) {}

        @Override
        public void readPortable(PortableReader reader) {}
    }

    /** A class that is described by a schema, which is found by the name of the class. */
    public record Described(String text) implements Callable<String> {
        public Described {
            note(Described.class);
        }

        @Override
        public String call() {
            note(Described.class);
            return "ran";
        }
    }

    /** What a member would instantiate by name, if a configuration told it to. */
    public static final class Configured
            implements com.hazelcast.map.MapLoader<String, String>,
                    com.hazelcast.core.EntryListener<String, String>,
                    Serializable {
        private static final long serialVersionUID = 1;

        public Configured() {
            note(Configured.class);
        }

        @Override
        public @Nullable String load(String key) {
            return null;
        }

        @Override
        public Map<String, String> loadAll(java.util.Collection<String> keys) {
            return Map.of();
        }

        @Override
        public @Nullable Iterable<String> loadAllKeys() {
            return null;
        }

        @Override
        public void entryAdded(com.hazelcast.core.EntryEvent<String, String> event) {
            note(Configured.class);
        }

        @Override
        public void entryUpdated(com.hazelcast.core.EntryEvent<String, String> event) {
            note(Configured.class);
        }

        @Override
        public void entryRemoved(com.hazelcast.core.EntryEvent<String, String> event) {}

        @Override
        public void entryEvicted(com.hazelcast.core.EntryEvent<String, String> event) {}

        @Override
        public void entryExpired(com.hazelcast.core.EntryEvent<String, String> event) {}

        @Override
        public void mapCleared(com.hazelcast.map.MapEvent event) {}

        @Override
        public void mapEvicted(com.hazelcast.map.MapEvent event) {}
    }
}
