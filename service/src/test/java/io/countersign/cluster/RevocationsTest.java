// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.identity.Cidr;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Origin;
import io.countersign.identity.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The local view agrees with a list that is searched from end to end, in whatever order it grew.
 */
class RevocationsTest {
    private final RevocationSeal seal = Drawn.seal(1);

    @Test
    void find_anyRecordsInAnyOrder_agreesWithANaiveSearch() {
        for (int round = 0; round < 60; round++) {
            long seed = System.nanoTime();
            Drawn drawn = new Drawn(seed);
            List<SignedRevocation> records = records(drawn, new Random(seed), 1 + round / 2);
            Revocations view = merged(records);
            List<Revocation> last = newest(records);
            for (int i = 0; i < 200; i++) {
                Claimant who = claimant(drawn);
                Instant now = Drawn.NOW.plusSeconds(i % 100 - 50);
                assertThat(view.find(who, now).isPresent())
                        .as("seed %d, %s at %s", seed, who, now)
                        .isEqualTo(last.stream().anyMatch(r -> names(r, who, now)));
                String account = drawn.name();
                assertThat(view.findAccount(account, now).isPresent())
                        .isEqualTo(last.stream().anyMatch(r -> names(r, account, now)));
            }
        }
    }

    @Test
    void merge_sameRecordsInAnotherOrder_endsWithTheSameDigests() {
        long seed = System.nanoTime();
        List<SignedRevocation> records = records(new Drawn(seed), new Random(seed), 100);
        long[] first = merged(records).digests();
        Collections.shuffle(records, new Random(seed + 1));
        assertThat(merged(records).digests()).as("seed %d", seed).isEqualTo(first);
        assertThat(merged(records.subList(0, 1)).digests()).isNotEqualTo(first);
    }

    @Test
    void merge_olderVersionAfterTombstone_staysLifted() {
        Revocation ann = new Drawn(1).revocation(RevocationKind.ACCOUNT, "APP");
        Revocation forGood =
                new Revocation(
                        ann.id(),
                        ann.kind(),
                        ann.value(),
                        "",
                        "ann",
                        Drawn.NOW,
                        Optional.empty(),
                        1,
                        false);
        Revocations view = new Revocations();
        assertThat(view.merge(seal.sign(forGood))).isTrue();
        assertThat(view.findAccount("APP", Drawn.NOW)).contains(forGood);
        assertThat(view.merge(seal.sign(forGood.lifted("bob", "", Drawn.NOW)))).isTrue();
        assertThat(view.merge(seal.sign(forGood))).isFalse();
        assertThat(view.findAccount("APP", Drawn.NOW)).isEmpty();
    }

    private Revocations merged(List<SignedRevocation> records) {
        Revocations view = new Revocations();
        records.forEach(view::merge);
        return view;
    }

    private List<SignedRevocation> records(Drawn drawn, Random random, int count) {
        List<SignedRevocation> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Revocation it = drawn.revocation();
            records.add(seal.sign(it));
            if (random.nextInt(3) == 0) {
                records.add(seal.sign(it.lifted("bob", "", Drawn.NOW)));
            }
        }
        Collections.shuffle(records, random);
        return records;
    }

    private static List<Revocation> newest(List<SignedRevocation> records) {
        return records.stream()
                .map(SignedRevocation::revocation)
                .filter(r ->
                        records.stream()
                                .map(SignedRevocation::revocation)
                                .noneMatch(o -> o.id().equals(r.id()) && o.version() > r.version()))
                .toList();
    }

    private static Claimant claimant(Drawn drawn) {
        return new Claimant(
                new Identity(
                        new Principal("users", drawn.name()),
                        new CredentialRef(CredentialKind.TOKEN, drawn.fingerprint()),
                        Set.of(),
                        Map.of(),
                        Optional.empty(),
                        new Origin(
                                drawn.name(),
                                drawn.name(),
                                drawn.session(),
                                Optional.of(drawn.time()))),
                drawn.address(),
                drawn.name());
    }

    private static boolean names(Revocation it, String account, Instant now) {
        return it.isInForce(now)
                && it.kind() == RevocationKind.ACCOUNT
                && it.value().equals(account);
    }

    private static boolean names(Revocation it, Claimant who, Instant now) {
        Identity identity = who.identity();
        return it.isInForce(now)
                && switch (it.kind()) {
                    case PRINCIPAL -> it.value().equals(identity.principal().toString());
                    case CREDENTIAL -> it.value().equals(identity.credential().fingerprint());
                    case TOKEN -> it.value().equals(identity.origin().tokenId());
                    case ISSUER -> it.value().equals(identity.origin().issuer());
                    case SESSION -> it.value().equals(identity.origin().session());
                    case CLIENT -> it.value().equals(who.client());
                    case ADDRESS -> Cidr.parse(it.value()).contains(who.address());
                    case ISSUED_BEFORE ->
                            identity.origin()
                                    .issued()
                                    .orElseThrow()
                                    .isBefore(Instant.parse(it.value()));
                    case ACCOUNT -> false;
                };
    }
}
