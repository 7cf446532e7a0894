// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.identity.HostAddress;
import org.junit.jupiter.api.Test;

/** People unlock by what they know: a name, an address. */
class LockoutNamesTest {
    private static Lockout of(String label) {
        return new Lockout(1, "rule", label, 1, 10, 0, 1000, 1, false);
    }

    private static HostAddress address(String text) {
        return HostAddress.parse(text).orElseThrow();
    }

    @Test
    void isOfUser_eachPlaceOfTheName_isFound() {
        assertThat(of("user ann").isOfUser("ann")).isTrue();
        assertThat(of("address 10.0.0.7, user ann").isOfUser("ann")).isTrue();
        assertThat(of("address 10.0.0.7, user ann, client pump").isOfUser("ann")).isTrue();
        assertThat(of("user ann, server n1").isOfUser("ann")).isTrue();
    }

    @Test
    void isOfUser_otherNames_areNot() {
        assertThat(of("user anna").isOfUser("ann")).isFalse();
        assertThat(of("user joann").isOfUser("ann")).isFalse();
        assertThat(of("address 10.0.0.7").isOfUser("ann")).isFalse();
        assertThat(of("client user ann").isOfUser("ann")).isFalse();
        // A guesser chooses the name that he guesses at.
        assertThat(of("user x, user ann").isOfUser("ann")).isFalse();
        assertThat(of("user (not shown)").isOfUser("ann")).isFalse();
    }

    @Test
    void isFrom_itsAddressOrNetwork_isFound() {
        assertThat(of("address 10.0.0.7").isFrom(address("10.0.0.7"))).isTrue();
        assertThat(of("address 10.0.0.0/24, user ann").isFrom(address("10.0.0.7"))).isTrue();
        assertThat(of("address 2001:db8:0:1:0:0:0:0/64").isFrom(address("2001:db8:0:1::5")))
                .isTrue();
        assertThat(of("address 10.0.0.7").isFrom(address("10.0.0.8"))).isFalse();
        assertThat(of("user address 10.0.0.7").isFrom(address("10.0.0.7"))).isFalse();
        assertThat(of("user x, address 10.0.0.7").isFrom(address("10.0.0.7"))).isFalse();
    }
}
