// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ServerSpreadTest {
    private static final String A = "nats://a:4222";
    private static final String B = "nats://b:4222";
    private static final String C = "nats://c:4222";

    private final AtomicLong nanos = new AtomicLong();
    private final ServerSpread spread = spread(List.of(A, B, C));

    private ServerSpread spread(List<String> urls) {
        return new ServerSpread(urls, nanos::get, new SplittableRandom(7));
    }

    @Test
    void anywhere_siblingsOnTwoOfThree_beginsWithTheThird() {
        spread.newPlace().took(A, "SA");
        spread.newPlace().took(B, "SB");

        assertThat(spread.newPlace().anywhere()).startsWith(C).containsExactlyInAnyOrder(A, B, C);
    }

    @Test
    void anywhere_siblingDialsThere_beginsElsewhere() {
        spread.newPlace().aim(A);
        spread.newPlace().aim(C);

        assertThat(spread.newPlace().anywhere()).startsWith(B);
    }

    @Test
    void anywhere_anotherNameOfASiblingsServer_comesLater() {
        ServerSpread.Place sibling = spread.newPlace();
        sibling.seen(B, "SA");
        sibling.took(A, "SA");

        assertThat(spread.newPlace().anywhere()).startsWith(C);
    }

    @Test
    void anywhere_serverJustLost_comesLast() {
        ServerSpread.Place place = spread.newPlace();
        spread.newPlace().took(B, "SB");
        spread.newPlace().took(C, "SC");
        place.took(A, "SA");

        place.lost();

        assertThat(place.anywhere()).endsWith(A);
    }

    @Test
    void anywhere_everyServerFailed_stillNamesThemAll() {
        ServerSpread.Place place = spread.newPlace();
        List.of(A, B, C).forEach(place::failed);

        assertThat(place.anywhere()).containsExactlyInAnyOrder(A, B, C);
    }

    @Test
    void anywhere_discoveredServers_comeAfterConfiguredOnes() {
        ServerSpread one = spread(List.of("tls://a:4222"));
        one.discovered(List.of("10.0.0.2:4222", "10.0.0.3:4222"));

        assertThat(one.newPlace().anywhere())
                .startsWith("tls://a:4222")
                .containsExactlyInAnyOrder(
                        "tls://a:4222", "tls://10.0.0.2:4222", "tls://10.0.0.3:4222");
    }

    @Test
    void discovered_newList_replacesTheOldOne_andNothingDoesNot() {
        ServerSpread one = spread(List.of(A));
        one.discovered(List.of("b:4222", "c:4222"));
        one.discovered(List.of("c:4222"));
        one.discovered(List.of());

        assertThat(one.newPlace().anywhere()).containsExactly(A, C);
    }

    @Test
    void elsewhere_leavesOutEveryNameOfTheOwnServer() {
        ServerSpread.Place place = spread.newPlace();
        place.seen(B, "SA");
        place.took(A, "SA");

        assertThat(place.elsewhere()).containsExactly(C);
    }

    @Test
    void free_serverForItself_isNothing() {
        ServerSpread.Place place = spread.newPlace();
        place.took(A, "SA");
        spread.newPlace().took(B, "SB");

        assertThat(place.free()).isEmpty();
    }

    @Test
    void free_sharedServer_isForTheYoungerLinkOnly() {
        ServerSpread.Place elder = spread.newPlace();
        ServerSpread.Place younger = spread.newPlace();
        elder.took(A, "SA");
        younger.took(A, "SA");
        spread.newPlace().took(B, "SB");

        assertThat(elder.free()).isEmpty();
        assertThat(younger.free()).containsExactly(C);
    }

    @Test
    void free_serverThatFailed_isThereAgainAfterAWhile_laterEachTime() {
        ServerSpread.Place place = shared();

        place.failed(C);
        assertThat(place.free()).isEmpty();
        nanos.addAndGet(Duration.ofMillis(300).toNanos());
        assertThat(place.free()).containsExactly(C);

        place.failed(C);
        nanos.addAndGet(Duration.ofMillis(300).toNanos());
        assertThat(place.free()).isEmpty();
        nanos.addAndGet(Duration.ofSeconds(4).toNanos());
        assertThat(place.free()).containsExactly(C);
    }

    @Test
    void free_serverThatNobodyIsOnAnyMore_isWorthATry() {
        ServerSpread.Place place = shared();
        place.seen(C, "SC");
        ServerSpread.Place sibling = spread.newPlace();
        sibling.took(C, "SC");
        assertThat(place.free()).isEmpty();

        sibling.lost(); // it restarts, with another id
        nanos.addAndGet(Duration.ofSeconds(4).toNanos());

        assertThat(place.free()).containsExactly(C);
    }

    /** A link that shares server A with an elder one, while B has one too. */
    private ServerSpread.Place shared() {
        spread.newPlace().took(A, "SA");
        spread.newPlace().took(B, "SB");
        ServerSpread.Place place = spread.newPlace();
        place.took(A, "SA");
        return place;
    }
}
