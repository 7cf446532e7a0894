// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import io.countersign.identity.Cidr;
import io.countersign.identity.HostAddress;
import io.countersign.identity.Origin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All revocations, in this instance's memory: what the request path asks. One look into a map for
 * each kind, a walk down a prefix tree for the address; readers take no lock. Nothing ever leaves
 * it but by a signed record (see {@link #merge}) or long after its end.
 */
public final class Revocations {
    /** Parts that two instances compare; a power of two. */
    static final int BUCKETS = 4096;

    private final Map<UUID, SignedRevocation> records = new ConcurrentHashMap<>();
    private final Map<RevocationKind, Map<String, Active>> byValue =
            new EnumMap<>(RevocationKind.class);
    private final ConcurrentSkipListMap<Instant, Active> issuedBefore =
            new ConcurrentSkipListMap<>();
    private final PrefixTree networks = new PrefixTree();
    private final AtomicLongArray digests = new AtomicLongArray(BUCKETS);
    private final List<Map<UUID, SignedRevocation>> buckets = new ArrayList<>(BUCKETS);
    private volatile Consumer<Revocation> listener = _ -> {};

    public Revocations() {
        for (RevocationKind kind : RevocationKind.values()) {
            byValue.put(kind, new ConcurrentHashMap<>());
        }
        for (int i = 0; i < BUCKETS; i++) {
            buckets.add(new ConcurrentHashMap<>(4));
        }
    }

    /** Why somebody must not get in, whatever the policy would say. */
    public Optional<Revocation> find(Claimant who, Instant now) {
        Origin origin = who.origin();
        Revocation found =
                find(RevocationKind.PRINCIPAL, who.identity().principal()::toString, now);
        found =
                or(
                        found,
                        RevocationKind.CREDENTIAL,
                        who.identity().credential().fingerprint(),
                        now);
        found = or(found, RevocationKind.SESSION, origin.session(), now);
        found = or(found, RevocationKind.TOKEN, origin.tokenId(), now);
        found = or(found, RevocationKind.ISSUER, origin.issuer(), now);
        found = or(found, RevocationKind.CLIENT, who.client(), now);
        if (found == null && !networks.isEmpty()) {
            HostAddress address = HostAddress.parse(who.address()).orElse(null);
            found = address == null ? null : networks.find(address, now);
        }
        if (found == null && !issuedBefore.isEmpty()) {
            found = tooOld(origin.issued().orElse(now), now);
        }
        return Optional.ofNullable(found);
    }

    /** Why nobody gets into an account. */
    public Optional<Revocation> findAccount(String account, Instant now) {
        return Optional.ofNullable(or(null, RevocationKind.ACCOUNT, account, now));
    }

    /** Why a session must not go on. */
    public Optional<Revocation> find(Session session, Instant now) {
        return find(session.claimant(), now).or(() -> findAccount(session.account(), now));
    }

    private @Nullable Revocation tooOld(Instant issued, Instant now) {
        for (Active later : issuedBefore.tailMap(issued, false).values()) {
            Revocation found = Active.inForce(later, now);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private @Nullable Revocation find(
            RevocationKind kind, java.util.function.Supplier<String> value, Instant now) {
        // The text is only made where there is something to compare it with.
        return map(kind).isEmpty() ? null : or(null, kind, value.get(), now);
    }

    private @Nullable Revocation or(
            @Nullable Revocation found, RevocationKind kind, String value, Instant now) {
        if (found != null || value.isEmpty()) {
            return found;
        }
        return Active.inForce(map(kind).get(value), now);
    }

    private Map<String, Active> map(RevocationKind kind) {
        Map<String, Active> map = byValue.get(kind);
        if (map == null) {
            throw new IllegalStateException("every kind has a map: " + kind);
        }
        return map;
    }

    /** The record of an id. */
    public Optional<SignedRevocation> get(UUID id) {
        return Optional.ofNullable(records.get(id));
    }

    /** All records, lifted ones among them, in no order. */
    public Collection<SignedRevocation> all() {
        return List.copyOf(records.values());
    }

    /** Records, tombstones among them. */
    public int size() {
        return records.size();
    }

    /** Tells of each revocation that comes into force from now on; must be quick. */
    public void whenRevoked(Consumer<Revocation> somebody) {
        listener = somebody;
    }

    /** True if a record would change something. */
    boolean isNews(SignedRevocation record) {
        SignedRevocation before = records.get(record.revocation().id());
        return before == null || record.supersedes(before);
    }

    /** Takes a record in if it supersedes what is known; false if it changes nothing. */
    synchronized boolean merge(SignedRevocation record) {
        if (!isNews(record)) {
            return false;
        }
        Revocation now = record.revocation();
        SignedRevocation before = records.put(now.id(), record);
        int bucket = bucket(now.id());
        buckets.get(bucket).put(now.id(), record);
        long digest = record.digest() ^ (before == null ? 0 : before.digest());
        digests.getAndAccumulate(bucket, digest, (a, b) -> a ^ b);
        if (!now.isLifted()) {
            index(now, true);
        }
        // Only then: a change of one revocation must not open a gap.
        if (before != null && !before.revocation().isLifted()) {
            index(before.revocation(), false);
        }
        if (!now.isLifted()) {
            listener.accept(now);
        }
        return true;
    }

    private void index(Revocation it, boolean add) {
        switch (it.kind()) {
            case ADDRESS -> {
                Cidr network = Cidr.parse(it.value());
                if (add) {
                    networks.add(network, it);
                } else {
                    networks.remove(network, it);
                }
            }
            case ISSUED_BEFORE -> change(issuedBefore, Instant.parse(it.value()), it, add);
            default -> change(map(it.kind()), it.value(), it, add);
        }
    }

    private static <K> void change(Map<K, Active> map, K key, Revocation it, boolean add) {
        map.compute(key, (_, before) -> add ? new Active(it, before) : Active.without(before, it));
    }

    /** Equal on two instances that know the same, as good as never otherwise. */
    public long digest() {
        long all = 0;
        for (long each : digests()) {
            all ^= each;
        }
        return all;
    }

    static int bucket(UUID id) {
        return (int) id.getLeastSignificantBits() & (BUCKETS - 1);
    }

    /** What this instance knows, in brief: equal parts have equal digests. */
    long[] digests() {
        long[] copy = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            copy[i] = digests.get(i);
        }
        return copy;
    }

    Collection<SignedRevocation> inBucket(int bucket) {
        return buckets.get(bucket).values();
    }
}
