// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import com.hazelcast.cluster.ClusterState;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipAdapter;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.core.ExecutionCallback;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.countersign.cluster.throttle.Throttles;
import io.countersign.crypto.KeyedHash;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances of one cluster, over Hazelcast: tells all of them of a revocation at once, and
 * compares what each has every few seconds and whenever one joins, so that a split, a restart or an
 * empty disk ends with the same records everywhere. Hazelcast holds no data of ours. Every call has
 * a limit; a hung member costs its answer, nothing else. Thread-safe.
 */
public final class Grid implements Peers {
    /**
     * How to find the others.
     *
     * @param clusterName derived from the cluster secret
     * @param host the one address that is listened on
     * @param members {@code host:port}; a name may stand for several addresses
     * @param instances how many there should be at least
     */
    public record Settings(
            String clusterName,
            String instance,
            String host,
            int port,
            List<String> members,
            int instances) {
        public Settings {
            members = List.copyOf(members);
        }

        /** Leaves out the cluster's name, which lets one in. */
        @Override
        public String toString() {
            return "Grid[%s at %s:%d]".formatted(instance, host, port);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Grid.class);
    private static final Duration COMPARE_EVERY = Duration.ofSeconds(3);
    private static final Duration COMPARE_LIMIT = Duration.ofSeconds(3);
    private static final int BUCKETS_AT_ONCE = 64;

    private final Settings settings;
    private final GridAnswers answers;
    private final GridSeal seal;
    private final RevocationBook book;
    private volatile HazelcastInstance member;
    private volatile boolean closed;
    private final List<GridThrottles> sharing = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService comparing =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("grid-compare").factory());

    private Grid(
            Settings settings,
            GridAnswers answers,
            GridSeal seal,
            RevocationBook book,
            HazelcastInstance member) {
        this.settings = settings;
        this.answers = answers;
        this.seal = seal;
        this.book = book;
        this.member = member;
    }

    /**
     * Joins, and takes what the others know. Takes a second or two, also when nobody is there.
     *
     * @throws IllegalStateException if the address cannot be listened on
     */
    public static Grid start(
            Settings settings, RevocationBook book, KeyedHash key, SecureRandom random) {
        GridSeal seal = new GridSeal(key, random);
        GridAnswers answers = new GridAnswers(settings.instance(), seal, book);
        Grid grid = new Grid(settings, answers, seal, book, started(settings, answers));
        grid.compareWithAll();
        grid.listen();
        grid.begin();
        return grid;
    }

    private static HazelcastInstance started(Settings settings, GridAnswers answers) {
        try {
            return GridMember.start(settings, answers);
        } catch (HazelcastException e) {
            throw new IllegalStateException(
                    "cluster-network: %s:%d cannot be listened on"
                            .formatted(settings.host(), settings.port()),
                    e);
        }
    }

    private void listen() {
        member.getCluster()
                .addMembershipListener(
                        new MembershipAdapter() {
                            @Override
                            public void memberAdded(MembershipEvent event) {
                                comparing.execute(Grid.this::compareWithAll);
                            }

                            @Override
                            public void memberRemoved(MembershipEvent event) {
                                log.warn("{} has left", event.getMember().getAddress());
                            }
                        });
    }

    private void begin() {
        long millis = COMPARE_EVERY.toMillis();
        var _ =
                comparing.scheduleWithFixedDelay(
                        this::mendAndCompare, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void mendAndCompare() {
        try {
            mend();
            compareWithAll();
        } catch (RuntimeException e) {
            // A scheduled task that throws is never run again.
            log.error("comparing with the other instances", e);
        }
    }

    /**
     * Any member may pause the cluster or shut all members down, a stranger too. Nothing of ours
     * does.
     */
    private void mend() {
        if (!member.getLifecycleService().isRunning() && !closed) {
            log.error("somebody shut the cluster's member down; it is started again");
            member = started(settings, answers);
            listen();
        } else if (member.getCluster().getClusterState() != ClusterState.ACTIVE) {
            log.error("somebody made the cluster {}", member.getCluster().getClusterState());
            member.getCluster().changeClusterState(ClusterState.ACTIVE);
        }
    }

    /** Instances that there should be: those that are here, or more if the configuration says. */
    private int expected(List<Member> others) {
        return Math.max(others.size() + 1, settings.instances());
    }

    private List<Member> others() {
        List<Member> others = new ArrayList<>();
        for (Member each : member.getCluster().getMembers()) {
            if (!each.localMember()) {
                others.add(each);
            }
        }
        return others;
    }

    @Override
    public Confirmation announce(SignedRevocation record, Duration limit) {
        Set<String> names = new HashSet<>(Set.of(settings.instance()));
        List<Member> others = othersOrNone();
        askAll(others, GridAnswers.APPLY, GridAnswers.packed(List.of(record)), limit)
                .forEach(answer -> GridAnswers.name(answer).ifPresent(names::add));
        return new Confirmation(names.stream().sorted().toList(), expected(others));
    }

    @Override
    public boolean takeOnce(String id, Duration limit) {
        // Here first: of two instances that get one request at once, each is refused by the other.
        if (!answers.taken().take(id)) {
            return false;
        }
        byte[] body = id.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return askAll(othersOrNone(), GridAnswers.TAKE, body, limit).stream()
                .allMatch(answer -> answer.length == 1 && answer[0] == 1);
    }

    @Override
    public int members() {
        return othersOrNone().size() + 1;
    }

    private List<Member> othersOrNone() {
        try {
            return others();
        } catch (HazelcastInstanceNotActiveException _) {
            return List.of();
        }
    }

    /** Those answers that came in time and from one of us. */
    private List<byte[]> askAll(List<Member> others, int verb, byte[] body, Duration limit) {
        Map<Member, CompletableFuture<Optional<byte[]>>> asked = new LinkedHashMap<>();
        for (Member other : others) {
            asked.put(other, ask(other, verb, body, limit));
        }
        List<byte[]> came = new ArrayList<>();
        asked.forEach((other, answer) -> {
            try {
                answer.join()
                        .ifPresentOrElse(
                                came::add, () -> log.warn("{} is a stranger", other.getAddress()));
            } catch (CompletionException e) {
                log.warn("{} did not answer: {}", other.getAddress(), cause(e));
            }
        });
        return came;
    }

    private CompletableFuture<Optional<byte[]>> ask(
            Member other, int verb, byte[] body, Duration limit) {
        byte[] question = seal.question(verb, body);
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        try {
            member.getExecutorService(GridMember.EXECUTOR)
                    .submitToMember(
                            new GridCall(question),
                            other,
                            new ExecutionCallback<byte[]>() {
                                @Override
                                public void onResponse(byte[] response) {
                                    answer.complete(response);
                                }

                                @Override
                                public void onFailure(Throwable error) {
                                    answer.completeExceptionally(error);
                                }
                            });
        } catch (HazelcastException | HazelcastInstanceNotActiveException e) {
            answer.completeExceptionally(e);
        }
        return answer.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(bytes -> seal.opened(question, bytes));
    }

    private static String cause(CompletionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause.getClass().getSimpleName();
    }

    /** Shares throttles over the same members; closed with them. */
    public GridThrottles share(Throttles throttles) {
        return share(throttles, GridThrottles.Patience.DEFAULT);
    }

    GridThrottles share(Throttles throttles, GridThrottles.Patience patience) {
        GridThrottles shared = new GridThrottles(this, throttles, patience);
        throttles.share(shared);
        sharing.add(shared);
        return shared;
    }

    /** Answers a question of the others that is not about revocations. */
    void answers(int verb, UnaryOperator<byte[]> answer) {
        answers.add(verb, answer);
    }

    /** Tells all others something, and waits for nobody. */
    void tellAll(int verb, byte[] body, Duration limit) {
        for (Member other : othersOrNone()) {
            var _ = ask(other, verb, body, limit);
        }
    }

    /** What each of the others says, as far as they do in time. */
    List<byte[]> askAll(int verb, byte[] body, Duration limit) {
        return askAll(othersOrNone(), verb, body, limit);
    }

    int size() {
        return othersOrNone().size() + 1;
    }

    /** Another one after somebody shut it down. */
    HazelcastInstance member() {
        return member;
    }

    /** True if everything that members keep for one another has its copy. */
    boolean isSafe() {
        return member.getPartitionService().isClusterSafe();
    }

    /** Instances that there should be, or are. */
    int instances() {
        return expected(othersOrNone());
    }

    private void compareWithAll() {
        for (Member other : othersOrNone()) {
            compareWith(other, COMPARE_LIMIT);
        }
    }

    @Override
    public boolean catchUp(Duration limit) {
        List<Member> others = othersOrNone();
        if (others.isEmpty()) {
            return settings.instances() <= 1;
        }
        // At once, so that one that hangs does not keep the others' records from us.
        List<CompletableFuture<Boolean>> compared = new ArrayList<>();
        for (Member other : others) {
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            compared.add(done.completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS));
            Thread.startVirtualThread(() -> done.complete(compareWith(other, limit)));
        }
        return compared.stream().map(CompletableFuture::join).toList().contains(true);
    }

    /** False if it did not answer, or is not one of us. */
    private boolean compareWith(Member other, Duration limit) {
        try {
            Optional<Integer> news = taken(other, limit);
            if (news.isEmpty()) {
                log.warn("{} is a stranger", other.getAddress());
            } else if (news.get() > 0) {
                log.info("{} revocations came from {}", news.get(), other.getAddress());
            }
            return news.isPresent();
        } catch (CompletionException e) {
            log.warn("could not compare with {}: {}", other.getAddress(), cause(e));
        } catch (RuntimeException e) {
            // A scheduled task that throws is never run again.
            log.error("comparing with {}", other.getAddress(), e);
        }
        return false;
    }

    private Optional<Integer> taken(Member other, Duration limit) {
        Optional<byte[]> theirs = ask(other, GridAnswers.DIGESTS, new byte[0], limit).join();
        if (theirs.isEmpty()) {
            return Optional.empty();
        }
        List<Integer> differing = GridAnswers.differing(book.view(), theirs.get());
        int news = 0;
        for (int from = 0; from < differing.size(); from += BUCKETS_AT_ONCE) {
            int to = Math.min(from + BUCKETS_AT_ONCE, differing.size());
            byte[] wanted = GridAnswers.buckets(differing.subList(from, to));
            Optional<byte[]> records = ask(other, GridAnswers.FETCH, wanted, limit).join();
            if (records.isEmpty()) {
                return Optional.empty();
            }
            news += book.merge(GridAnswers.unpacked(records.get())).news();
        }
        return Optional.of(news);
    }

    @Override
    public void close() {
        closed = true;
        sharing.forEach(GridThrottles::close);
        comparing.shutdownNow();
        member.getLifecycleService().terminate();
    }
}
