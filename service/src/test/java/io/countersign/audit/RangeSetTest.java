// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.audit.RangeSet.Range;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RangeSetTest {
    @Test
    void add_randomRanges_agreesWithABitSet() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            RangeSet ranges = new RangeSet();
            BitSet bits = new BitSet();
            for (int i = 0; i < 30; i++) {
                int first = random.nextInt(200);
                int last = first + random.nextInt(12);
                ranges.add(new Range(first, last));
                bits.set(first, last + 1);
            }
            assertThat(ranges.count()).as("seed %d", seed).isEqualTo(bits.cardinality());
            for (int i = 0; i < 220; i++) {
                assertThat(ranges.contains(i)).as("seed %d, %d", seed, i).isEqualTo(bits.get(i));
            }
        }
    }

    @Test
    void add_touchingRanges_areOne() {
        RangeSet ranges = new RangeSet();
        ranges.add(4);
        ranges.add(6);
        ranges.add(5);
        assertThat(ranges.ranges()).containsExactly(new Range(4, 6));
    }

    @Test
    void firstOutside_anyPlaceNotCovered_isNamed() {
        RangeSet missing = new RangeSet();
        missing.add(new Range(3, 5));
        missing.add(new Range(8, 9));
        RangeSet allowed = new RangeSet();
        allowed.add(new Range(0, 4));
        assertThat(missing.firstOutside(allowed)).isEqualTo(5);
        allowed.add(5);
        assertThat(missing.firstOutside(allowed)).isEqualTo(8);
        allowed.add(new Range(7, 20));
        assertThat(missing.firstOutside(allowed)).isEqualTo(-1);
    }

    @Test
    void digest_sameSetInAnotherOrder_isTheSame() {
        RangeSet one = new RangeSet();
        one.add(1);
        one.add(7);
        RangeSet other = new RangeSet();
        other.add(7);
        assertThat(other.digest()).isNotEqualTo(one.digest());
        other.add(1);
        assertThat(other.digest()).isEqualTo(one.digest());
    }
}
