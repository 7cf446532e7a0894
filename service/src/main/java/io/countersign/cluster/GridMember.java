// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.DiscoveryConfig;
import com.hazelcast.config.DiscoveryStrategyConfig;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.config.GlobalSerializerConfig;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.InterfacesConfig;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.nio.serialization.DataSerializableFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;

/**
 * Starts the Hazelcast member with everything shut that we do not use (design, decision 9): one
 * endpoint for members on one address, no clients, no multicast, no phone-home, nothing
 * deserialised but our few classes and what Hazelcast itself needs.
 */
final class GridMember {
    static final String EXECUTOR = "countersign";
    static final String THROTTLES = "throttles";

    /** On each member; half of them are backups. */
    private static final int THROTTLE_STATES = 200_000;

    private static final int MERGED_AT_ONCE = 100;

    private static final Map<String, String> PROPERTIES =
            Map.ofEntries(
                    Map.entry("hazelcast.phone.home.enabled", "false"),
                    Map.entry("hazelcast.logging.type", "slf4j"),
                    // Each line would begin with the cluster's name, which is a secret.
                    Map.entry("hazelcast.logging.details.enabled", "false"),
                    Map.entry("hazelcast.shutdownhook.enabled", "false"),
                    Map.entry("hazelcast.socket.bind.any", "false"),
                    Map.entry("hazelcast.discovery.enabled", "true"),
                    Map.entry("hazelcast.wait.seconds.before.join", "0"),
                    Map.entry("hazelcast.max.wait.seconds.before.join", "0"),
                    Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
                    Map.entry("hazelcast.max.no.heartbeat.seconds", "10"),
                    Map.entry("hazelcast.merge.first.run.delay.seconds", "3"),
                    Map.entry("hazelcast.merge.next.run.delay.seconds", "3"),
                    Map.entry("hazelcast.io.thread.count", "1"),
                    Map.entry("hazelcast.operation.thread.count", "2"),
                    Map.entry("hazelcast.operation.generic.thread.count", "2"),
                    Map.entry("hazelcast.operation.response.thread.count", "1"),
                    Map.entry("hazelcast.event.thread.count", "1"));

    private GridMember() {}

    /** Joins, or begins a cluster of its own. Takes a second or two. */
    static HazelcastInstance start(Grid.Settings settings, GridCall.Answering answering) {
        return Hazelcast.newHazelcastInstance(config(settings, answering));
    }

    static Config config(Grid.Settings settings, GridCall.Answering answering) {
        Config config = new Config();
        config.setClassLoader(new GridClasses(GridMember.class.getClassLoader()));
        config.setClusterName(settings.clusterName());
        config.setInstanceName("countersign-" + settings.instance() + "-" + settings.port());
        PROPERTIES.forEach(config::setProperty);
        network(config.getAdvancedNetworkConfig(), settings);
        serialization(config);
        config.getJetConfig().setEnabled(false);
        config.getMetricsConfig().setEnabled(false);
        config.getManagementCenterConfig().setScriptingEnabled(false);
        config.getManagementCenterConfig().setConsoleEnabled(false);
        config.getManagementCenterConfig().setDataAccessEnabled(false);
        config.addExecutorConfig(
                new ExecutorConfig(EXECUTOR, 2).setQueueCapacity(1000).setStatisticsEnabled(false));
        config.addMapConfig(throttles());
        config.getUserContext().put(GridCall.CONTEXT, answering);
        return config;
    }

    /** The backup is not waited for: a hung member would hold up the keys of all others. */
    private static MapConfig throttles() {
        MapConfig map = new MapConfig(THROTTLES);
        map.setInMemoryFormat(InMemoryFormat.BINARY).setStatisticsEnabled(false);
        map.setBackupCount(0).setAsyncBackupCount(1);
        map.setEvictionConfig(
                new EvictionConfig()
                        .setEvictionPolicy(EvictionPolicy.LRU)
                        .setMaxSizePolicy(MaxSizePolicy.PER_NODE)
                        .setSize(THROTTLE_STATES));
        map.setMergePolicyConfig(
                new MergePolicyConfig(ThrottleMerge.class.getName(), MERGED_AT_ONCE));
        return map;
    }

    private static void network(AdvancedNetworkConfig network, Grid.Settings settings) {
        network.setEnabled(true);
        network.getEndpointConfigs().remove(EndpointQualifier.CLIENT);
        ServerSocketEndpointConfig endpoint = new ServerSocketEndpointConfig();
        endpoint.setPort(settings.port()).setPortAutoIncrement(false);
        endpoint.setInterfaces(new InterfacesConfig().setEnabled(true));
        endpoint.getInterfaces().addInterface(interfaceOf(settings.host()));
        network.setMemberEndpointConfig(endpoint);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        // The timeout of a connection is read from here in either case.
        join.getTcpIpConfig().setEnabled(false).setConnectionTimeoutSeconds(1);
        DiscoveryConfig discovery = new DiscoveryConfig();
        discovery.addDiscoveryStrategyConfig(
                new DiscoveryStrategyConfig(
                        GridDiscovery.factory(new GridNames(settings.members()))));
        join.setDiscoveryConfig(discovery);
    }

    /** An address, or one with stars in it for what differs between hosts; a name is looked up. */
    private static String interfaceOf(String host) {
        if (host.indexOf('*') >= 0 || host.indexOf(':') >= 0) {
            return host;
        }
        try {
            return InetAddress.getByName(host).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(
                    "cluster-network.listen: " + host + " is not known (expected: an address)", e);
        }
    }

    private static void serialization(Config config) {
        DataSerializableFactory ours =
                type ->
                        switch (type) {
                            case GridCall.CLASS -> new GridCall(new byte[0]);
                            case ThrottleVisit.CLASS -> new ThrottleVisit(new byte[0]);
                            case ThrottleVisit.Kept.CLASS -> new ThrottleVisit.Kept();
                            case ThrottleMerge.CLASS -> new ThrottleMerge();
                            default ->
                                    throw new IllegalArgumentException(
                                            "type: " + type + " (expected: 1 to 4)");
                        };
        // An empty list would let everything in; no class has this name.
        JavaSerializationFilterConfig filter =
                new JavaSerializationFilterConfig().setDefaultsDisabled(true);
        filter.getWhitelist().addClasses("none");
        filter.getBlacklist().addPrefixes("");
        config.getSerializationConfig()
                .addDataSerializableFactory(GridCall.FACTORY, ours)
                .setAllowUnsafe(false)
                .setCheckClassDefErrors(true)
                .setGlobalSerializerConfig(
                        new GlobalSerializerConfig()
                                .setImplementation(new GridErrors())
                                .setOverrideJavaSerialization(true))
                .setJavaSerializationFilterConfig(filter);
        config.getSqlConfig().setJavaReflectionFilterConfig(filter);
    }
}
