// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.SerializationConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.EndpointQualifier;
import io.countersign.kit.Wait;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real members: what one revokes all refuse. */
class GridIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir Path folder;
    private GridNodes nodes;

    @BeforeEach
    void open() {
        nodes = new GridNodes(folder);
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    @Test
    void announce_threeMembers_isInForceOnAllWhenItReturns() throws IOException {
        GridNodes.Node a = nodes.start(0, "a");
        assertThat(a.grid().announce(a.book().enter(GridNodes.account(1, "X")), LIMIT))
                .hasToString("1 of 3")
                .returns(false, Confirmation::isByAll);
        GridNodes.Node b = nodes.start(1, "b");
        GridNodes.Node c = nodes.start(2, "c");

        Confirmation confirmed =
                a.grid().announce(a.book().enter(GridNodes.account(2, "APP")), LIMIT);

        assertThat(confirmed).hasToString("3 of 3").returns(true, Confirmation::isByAll);
        assertThat(confirmed.by()).containsExactly("n0", "n1", "n2");
        assertThat(b.refuses("APP") && c.refuses("APP")).isTrue();
        // What was revoked before they joined came with joining.
        assertThat(b.refuses("X") && c.refuses("X")).isTrue();
        assertThat(b.grid().takeOnce("jti", LIMIT)).isTrue();
        assertThat(c.grid().takeOnce("jti", LIMIT)).isFalse();
    }

    @Test
    void join_wipedDiskAndRecordsOnBothSides_endsWithAllEverywhere() throws IOException {
        GridNodes.Node a = nodes.start(0, "a");
        for (int i = 0; i < 300; i++) {
            a.book().enter(GridNodes.account(i, "left-" + i));
        }
        GridNodes.Node b = nodes.start(1, "b");
        nodes.stop(b);
        try (RevocationBook away = nodes.offline("other")) {
            away.enter(GridNodes.account(1000, "right"));
        }
        GridNodes.Node wiped = nodes.start(1, "other");
        assertThat(wiped.book().view().size()).isEqualTo(301);
        Wait.until("the record of the newcomer", LIMIT, () -> a.refuses("right"));
    }

    @Test
    void join_recordsOfANewerBuild_arePassedOn() throws IOException {
        byte[] bytes = new Newer(Drawn.seal(1)).ofKind(GridNodes.account(1, "some tenant"), 99);
        GridNodes.Node a = nodes.start(0, "a");
        assertThat(a.book().merge(List.of(bytes)).isComplete()).isFalse();
        GridNodes.Node b = nodes.start(1, "b");
        Wait.until("it has the record too", LIMIT, () -> b.book().view().unknown() == 1);
        assertThat(b.book().view().digests()).isEqualTo(a.book().view().digests());
    }

    /** Whoever is on the port may shut a member down; the instance starts it again. */
    @Test
    void member_shutDownByOthers_comesBack() throws IOException {
        GridNodes.Node a = nodes.start(0, "a");
        GridNodes.Node b = nodes.start(1, "b");
        HazelcastInstance member =
                Hazelcast.getHazelcastInstanceByName("countersign-n0-" + nodes.port(0));
        member.getLifecycleService().terminate();
        Wait.until(
                "they have found one another again",
                LIMIT,
                () -> b.grid().catchUp(Duration.ofSeconds(2)));
        a.grid().announce(a.book().enter(GridNodes.account(1, "APP")), LIMIT);
        Wait.until("revoked on both", LIMIT, () -> b.refuses("APP"));
    }

    /** Decision 9, asked of a member that runs. */
    @Test
    void config_ofARunningMember_isShut() throws IOException {
        nodes.start(0, "a");
        Config config =
                Hazelcast.getHazelcastInstanceByName("countersign-n0-" + nodes.port(0)).getConfig();
        AdvancedNetworkConfig network = config.getAdvancedNetworkConfig();
        assertThat(network.isEnabled()).isTrue();
        assertThat(network.getEndpointConfigs().keySet()).containsExactly(EndpointQualifier.MEMBER);
        assertThat(network.getJoin().getMulticastConfig().isEnabled()).isFalse();
        assertThat(network.getJoin().getAutoDetectionConfig().isEnabled()).isFalse();
        assertThat(network.getJoin().getTcpIpConfig().isEnabled()).isFalse();
        assertThat(network.getJoin().isAutoDetectionEnabled()).isFalse();
        ServerSocketEndpointConfig endpoint =
                (ServerSocketEndpointConfig)
                        Objects.requireNonNull(
                                network.getEndpointConfigs().get(EndpointQualifier.MEMBER));
        assertThat(endpoint.isPortAutoIncrement()).isFalse();
        assertThat(endpoint.getInterfaces().isEnabled()).isTrue();
        assertThat(endpoint.getInterfaces().getInterfaces()).containsExactly("127.0.0.1");
        assertThat(config.getProperty("hazelcast.socket.bind.any")).isEqualTo("false");
        assertThat(config.getProperty("hazelcast.phone.home.enabled")).isEqualTo("false");
        assertThat(network.getRestEndpointConfig()).isNull();
        assertThat(config.getJetConfig().isEnabled()).isFalse();
        assertThat(config.getJetConfig().isResourceUploadEnabled()).isFalse();
        assertThat(config.getNamespacesConfig().isEnabled()).isFalse();
        assertThat(config.getManagementCenterConfig().isScriptingEnabled()).isFalse();
        assertThat(config.getManagementCenterConfig().isConsoleEnabled()).isFalse();
        assertThat(config.getManagementCenterConfig().isDataAccessEnabled()).isFalse();
        assertThat(config.getClassLoader()).isInstanceOf(GridClasses.class);
        SerializationConfig serialization = config.getSerializationConfig();
        assertThat(serialization.getGlobalSerializerConfig().isOverrideJavaSerialization())
                .isTrue();
        assertThat(serialization.isAllowUnsafe()).isFalse();
        JavaSerializationFilterConfig filter = serialization.getJavaSerializationFilterConfig();
        assertThat(filter.isDefaultsDisabled()).isTrue();
        for (String name : List.of("java.lang.String", "com.hazelcast.map.IMap", "[B")) {
            assertThat(filter.getBlacklist().isListed(name)).isTrue();
            assertThat(filter.getWhitelist().isListed(name)).isFalse();
        }
    }
}
