// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What members stand for, asked of a real (small) name server. */
class GridNamesTest {
    private static final String SERVICE = "_grid._tcp.countersign.test";

    private static List<String> places(GridNames names) {
        return names.addresses().stream()
                .map(it -> it.address().getHostAddress() + ":" + it.port())
                .toList();
    }

    @Test
    void addresses_hostsAndPorts_areThemselves() {
        GridNames names = new GridNames(List.of("127.0.0.1:5701", "[::1]:5702", "localhost:5703"));
        assertThat(places(names))
                .contains("127.0.0.1:5701", "0:0:0:0:0:0:0:1:5702", "127.0.0.1:5703");
    }

    @Test
    void addresses_srvRecordsThatChange_areLookedUpAnew() throws IOException {
        try (SmallDns dns = new SmallDns(Map.of(SERVICE, List.of("127.0.0.1 5701")))) {
            GridNames names = new GridNames(List.of("srv:" + SERVICE), dns.url());
            assertThat(places(names)).containsExactly("127.0.0.1:5701");
            dns.answers(Map.of(SERVICE, List.of("127.0.0.2 5702", "127.0.0.3 5703")));
            assertThat(places(names)).containsExactlyInAnyOrder("127.0.0.2:5702", "127.0.0.3:5703");
        }
    }

    @Test
    void addresses_nameServerGone_areTheLastOnes() throws IOException {
        GridNames names;
        try (SmallDns dns = new SmallDns(Map.of(SERVICE, List.of("127.0.0.1 5701")))) {
            names = new GridNames(List.of("srv:" + SERVICE, "127.0.0.9:1"), dns.url());
            assertThat(places(names)).containsExactly("127.0.0.1:5701", "127.0.0.9:1");
        }
        assertThat(places(names)).containsExactly("127.0.0.1:5701", "127.0.0.9:1");
    }

    @Test
    void addresses_nameThatNobodyKnows_isNobody() throws IOException {
        try (SmallDns dns = new SmallDns(Map.of())) {
            GridNames names =
                    new GridNames(List.of("srv:" + SERVICE, "no-such-host.invalid:1"), dns.url());
            assertThat(places(names)).isEmpty();
        }
    }
}
