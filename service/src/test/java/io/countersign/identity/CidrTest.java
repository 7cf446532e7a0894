// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    // Item 60.
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0, true",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, 9.255.255.255, false",
        "10.0.0.0/8, ::ffff:10.1.2.3, true",
        "10.0.0.0/8, ::10.1.2.3, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.6, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "::/0, 203.0.113.9, false",
        "::/0, ::1, true",
        "::ffff:10.0.0.0/104, 10.1.2.3, true",
        "::ffff:10.0.0.0/104, 11.1.2.3, false",
        "2001:db8::/32, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, true",
        "2001:db8::/32, 2001:db9::, false",
        "2001:db8::8000:0:0:0/65, 2001:db8::8000:0:0:1, true",
        "2001:db8::8000:0:0:0/65, 2001:db8::7fff:0:0:1, false",
        "2001:db8::1, 2001:DB8:0:0::1, true",
        "fe80::/10, fe80::1%eth0, true",
    })
    void contains_edges_areExact(String network, String host, boolean expected) {
        assertThat(Cidr.parse(network).contains(host)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "pipe",
                "localhost",
                "10.0.0",
                "10",
                "0x0a.0.0.1",
                "010.0.0.1",
                "10.0.0.1 ",
                "10.0.0.256",
                "10.0.0.-1",
                "10.0.0.1:4222",
                "10.0.0.1/32",
                "10..0.1",
                "1.2.3.4.5",
                "١٠.0.0.1",
                ":",
                ":::",
                "::1::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7::8",
                "12345::",
                "g::",
                "::1.2.3",
                "1.2.3.4::",
                "::1.2.3.4:5",
                "[::1]",
                "2001:db8::1%eth0",
                "fe80::1%",
                "::1%",
                "1:2:3:4:5:6:7:1.2.3.4"
            })
    void contains_hostIsNoAddress_isFalse(String host) {
        assertThat(Cidr.anyContains(everything(), host)).isFalse();
    }

    @Test
    void anyContains_noNetworks_isFalse() {
        assertThat(Cidr.anyContains(List.of(), "10.0.0.1")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/8, 10.0.0.0/8",
        "::ffff:10.1.2.3/104, 10.0.0.0/8",
        "10.0.0.0/33, 0 to 32",
        "10.0.0.0/08, 0 to 32",
        "10.0.0.0/+8, 0 to 32",
        "10.0.0.0/, 0 to 32",
        "::ffff:10.0.0.0/95, 96 to 128",
        "::/129, 0 to 128",
        "::/99999999999999999999, 0 to 128",
        "fe80::1%eth0/64, an IPv4 or IPv6 network",
        "example.org/24, an IPv4 or IPv6 network",
        "10.0.0.0/8/8, 0 to 32",
    })
    void parse_malformed_saysWhatWasExpected(String text, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cidr.parse(text))
                .withMessageContaining(text)
                .withMessageContaining(expected);
    }

    @Test
    void parse_hugeText_isRefusedWithAShortMessage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cidr.parse("1".repeat(1 << 20)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "::ffff:10.0.0.0/104, 10.0.0.0/8",
        "192.0.2.7, 192.0.2.7/32",
        "2001:db8::/32, 2001:db8:0:0:0:0:0:0/32",
    })
    void toString_anyForm_isNormalAndParsesToTheSame(String text, String normal) {
        Cidr cidr = Cidr.parse(text);

        assertThat(cidr).hasToString(normal).isEqualTo(Cidr.parse(normal));
        assertThat(cidr).hasSameHashCodeAs(Cidr.parse(normal));
    }

    /** The JDK's parser and bits of big integers say the same. */
    @Test
    void contains_randomAddresses_agreesWithTheJdk() throws UnknownHostException {
        long seed = new Random().nextLong();
        Addresses random = new Addresses(new Random(seed));
        for (int i = 0; i < 20_000; i++) {
            byte[] address = random.address();
            byte[] other = random.near(address);
            int length = random.length(address.length * 8);
            byte[] network = Addresses.cleared(address, length);
            String written = random.text(network);
            boolean isLong = network.length == 4 && written.indexOf(':') >= 0;
            String cidr = written + "/" + (isLong ? length + 96 : length);
            String host = random.text(other);
            assertThat(InetAddress.ofLiteral(host).getAddress())
                    .as("the generator, seed %d: %s", seed, host)
                    .isEqualTo(InetAddress.getByAddress(other).getAddress());

            assertThat(Cidr.parse(cidr).contains(host))
                    .as("seed %d, run %d: %s in %s", seed, i, host, cidr)
                    .isEqualTo(Addresses.sameNetwork(network, other, length));
        }
    }

    /** Whatever we take for an address, the JDK takes for the same: nothing is guessed. */
    @Test
    void contains_mutatedText_neverMeansAnotherAddressThanToTheJdk() throws UnknownHostException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Addresses addresses = new Addresses(random);
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(addresses.text(addresses.address()));
            for (int edits = random.nextInt(1, 3); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                char c = "0123456789abcdefFx:./ ".charAt(random.nextInt(22));
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, c);
                    case 1 -> text.insert(at, c);
                    default -> text.insert(at, text.charAt(at));
                }
            }
            String host = text.toString();
            if (HostAddress.parse(host).isPresent() && !meansTheSameToTheJdk(host)) {
                wrong.add(host);
            }
        }
        assertThat(wrong).as("seed %d", seed).isEmpty();
    }

    private static boolean meansTheSameToTheJdk(String host) {
        String ours = HostAddress.parse(host).orElseThrow().toString();
        return InetAddress.ofLiteral(host).getHostAddress().equals(ours);
    }

    private static List<Cidr> everything() {
        return List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0"));
    }
}
