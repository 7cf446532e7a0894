// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.properties.PropertyDefinition;
import com.hazelcast.logging.ILogger;
import com.hazelcast.spi.discovery.DiscoveryNode;
import com.hazelcast.spi.discovery.DiscoveryStrategy;
import com.hazelcast.spi.discovery.DiscoveryStrategyFactory;
import com.hazelcast.spi.discovery.SimpleDiscoveryNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Where Hazelcast looks for members: asked when it joins, and every few seconds by the oldest
 * member of a part, so that instances that came later, or under another address, are found.
 */
final class GridDiscovery implements DiscoveryStrategy {
    private final GridNames names;

    private GridDiscovery(GridNames names) {
        this.names = names;
    }

    static DiscoveryStrategyFactory factory(GridNames names) {
        return new DiscoveryStrategyFactory() {
            @Override
            public Class<? extends DiscoveryStrategy> getDiscoveryStrategyType() {
                return GridDiscovery.class;
            }

            @Override
            @SuppressWarnings("rawtypes") // as Hazelcast has it
            public DiscoveryStrategy newDiscoveryStrategy(
                    DiscoveryNode here, ILogger logger, Map<String, Comparable> properties) {
                return new GridDiscovery(names);
            }

            @Override
            public Collection<PropertyDefinition> getConfigurationProperties() {
                return List.of();
            }
        };
    }

    @Override
    public Iterable<DiscoveryNode> discoverNodes() {
        return names.addresses().stream()
                .<DiscoveryNode>map(
                        it -> new SimpleDiscoveryNode(new Address(it.address(), it.port())))
                .toList();
    }

    @Override
    public void start() {}

    @Override
    public void destroy() {}

    @Override
    public Map<String, String> discoverLocalMetadata() {
        return Map.of();
    }
}
