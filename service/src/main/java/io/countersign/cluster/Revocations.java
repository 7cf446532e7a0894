// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import io.countersign.identity.Cidr;
import io.countersign.identity.HostAddress;
import io.countersign.identity.Identity;
import io.countersign.identity.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All revocations, in this instance's memory: what the request path asks. One look into a map for
 * each kind, a walk down a prefix tree for the address; readers take no lock. Nothing ever leaves
 * it but by a signed record (see {@link #merge}) or long after its end.
 */
public final class Revocations {
    private final RecordTable records = new RecordTable();
    private final Map<RevocationKind, Map<String, Active>> byValue =
            new EnumMap<>(RevocationKind.class);
    private final ConcurrentSkipListMap<Instant, Active> issuedBefore =
            new ConcurrentSkipListMap<>();
    private final PrefixTree networks = new PrefixTree();
    private volatile int unknown;
    private volatile @Nullable PauseWatch pauses;
    private volatile @Nullable Consumer<Revocation> listener;

    public Revocations() {
        for (RevocationKind kind : RevocationKind.values()) {
            byValue.put(kind, new ConcurrentHashMap<>());
        }
    }

    /** From now on a pause of this process is followed by a comparison. */
    public void watchedBy(PauseWatch watch) {
        pauses = watch;
    }

    /**
     * Returns when this view is as new as the others', which it is unless this process just stood
     * still.
     *
     * @return false if that could not be had within the limit
     */
    public boolean awaitCurrent(Duration limit) {
        PauseWatch watch = pauses;
        return watch == null || watch.awaitCurrent(limit);
    }

    /** Why somebody must not get in, whatever the policy would say. */
    public Optional<Revocation> find(Claimant who, Instant now) {
        Origin origin = who.origin();
        Instant issued = origin.issued().orElse(now);
        return find(who.identity(), origin.session(), issued, who.address(), who.client(), now);
    }

    private Optional<Revocation> find(
            Identity identity,
            String session,
            Instant issued,
            String host,
            String client,
            Instant now) {
        Origin origin = identity.origin();
        SignedRevocation found =
                find(RevocationKind.PRINCIPAL, identity.principal()::toString, now);
        found = or(found, RevocationKind.CREDENTIAL, identity.credential().fingerprint(), now);
        found = or(found, RevocationKind.SESSION, session, now);
        found = or(found, RevocationKind.TOKEN, origin.tokenId(), now);
        found = or(found, RevocationKind.ISSUER, origin.issuer(), now);
        found = or(found, RevocationKind.CLIENT, client, now);
        if (found == null && !networks.isEmpty()) {
            HostAddress address = HostAddress.parse(host).orElse(null);
            found = address == null ? null : networks.find(address, now);
        }
        if (found == null && !issuedBefore.isEmpty()) {
            found = tooOld(issued, now);
        }
        return Optional.ofNullable(found).map(SignedRevocation::revocation);
    }

    /** Why nobody gets into an account. */
    public Optional<Revocation> findAccount(String account, Instant now) {
        return Optional.ofNullable(or(null, RevocationKind.ACCOUNT, account, now))
                .map(SignedRevocation::revocation);
    }

    /** Why a session must not go on. */
    public Optional<Revocation> find(Session session, Instant now) {
        // As Origin.resumed has it, without making one: every login comes here (ADR 62).
        Origin origin = session.identity().origin();
        String first = origin.session().isEmpty() ? session.userKey().text() : origin.session();
        Instant issued = origin.issued().orElse(session.granted());
        Optional<Revocation> found =
                find(session.identity(), first, issued, session.address(), session.client(), now);
        return found.isPresent() ? found : findAccount(session.account(), now);
    }

    private @Nullable SignedRevocation tooOld(Instant issued, Instant now) {
        // No view and no iterator: every login comes here.
        for (Map.Entry<Instant, Active> later = issuedBefore.higherEntry(issued);
                later != null;
                later = issuedBefore.higherEntry(later.getKey())) {
            SignedRevocation found = Active.inForce(later.getValue(), now);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private @Nullable SignedRevocation find(
            RevocationKind kind, java.util.function.Supplier<String> value, Instant now) {
        // The text is only made where there is something to compare it with.
        return map(kind).isEmpty() ? null : or(null, kind, value.get(), now);
    }

    private @Nullable SignedRevocation or(
            @Nullable SignedRevocation found, RevocationKind kind, String value, Instant now) {
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

    /** The record of an id, if this build understands it. */
    public Optional<SignedRevocation> get(UUID id) {
        return records.get(id)
                .filter(SignedRevocation.class::isInstance)
                .map(SignedRevocation.class::cast);
    }

    /** All records that this build understands, lifted ones among them, in no order. */
    public Collection<SignedRevocation> all() {
        return records.all().stream()
                .filter(SignedRevocation.class::isInstance)
                .map(SignedRevocation.class::cast)
                .toList();
    }

    /** Records, tombstones and those of newer builds among them. */
    public int size() {
        return records.size();
    }

    /** Records of newer builds, which are kept and passed on but not in force here. */
    public int unknown() {
        return unknown;
    }

    /** Tells of each revocation that comes into force from now on; must be quick. */
    public void whenRevoked(Consumer<Revocation> somebody) {
        listener = somebody;
    }

    /** True if a record would change something. */
    boolean isNews(SignedRecord record) {
        return records.get(record.id()).map(record::supersedes).orElse(true);
    }

    /** Takes a record in if it supersedes what is known; false if it changes nothing. */
    synchronized boolean merge(SignedRecord record) {
        @Nullable SignedRecord before = records.get(record.id()).orElse(null);
        if (before != null && !record.supersedes(before)) {
            return false;
        }
        @Nullable SignedRevocation old = active(before);
        SignedRecord now = record instanceof UnknownRecord it ? it.after(old) : record;
        records.put(now);
        unknown +=
                (now instanceof UnknownRecord ? 1 : 0) - (before instanceof UnknownRecord ? 1 : 0);
        @Nullable SignedRevocation fresh = active(now);
        if (!Objects.equals(fresh, old)) {
            if (fresh != null) {
                index(fresh, true);
            }
            // Only then: a change of one revocation must not open a gap.
            if (old != null) {
                index(old, false);
            }
        }
        Consumer<Revocation> told = listener;
        if (fresh != null && told != null) {
            told.accept(fresh.revocation());
        }
        return true;
    }

    /** What a record makes to be in force, until it expires. */
    private static @Nullable SignedRevocation active(@Nullable SignedRecord record) {
        return switch (record) {
            case null -> null;
            case SignedRevocation it -> it.isLifted() ? null : it;
            case UnknownRecord it -> it.before();
        };
    }

    private void index(SignedRevocation it, boolean add) {
        RevocationKind kind = it.kind();
        String value = it.value();
        switch (kind) {
            case ADDRESS -> {
                Cidr network = Cidr.parse(value);
                if (add) {
                    networks.add(network, it);
                } else {
                    networks.remove(network, it);
                }
            }
            case ISSUED_BEFORE -> change(issuedBefore, Instant.parse(value), it, add);
            default -> change(map(kind), value, it, add);
        }
    }

    private static <K> void change(Map<K, Active> map, K key, SignedRevocation it, boolean add) {
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

    /** What this instance knows, in brief: equal parts have equal digests. */
    public long[] digests() {
        return records.digests();
    }

    /** True if these are the digests of the same records. */
    public boolean isSame(long[] digests) {
        return Arrays.equals(digests, records.digests());
    }

    Collection<SignedRecord> inBucket(int bucket) {
        return records.inBucket(bucket);
    }
}
