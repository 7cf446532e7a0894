// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.cluster.Revocation;
import io.countersign.cluster.Session;
import io.countersign.cluster.SessionFilter;
import io.countersign.cluster.Sessions;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.nats.client.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live sessions of all instances, found and ended for an administrator. Each instance ends its
 * own; those that no instance remembers are looked for at the servers. Thread-safe.
 */
public final class LiveSessions implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LiveSessions.class);

    /** Longer than the others need; with all answers it is not waited for. */
    private static final Duration LIST = Duration.ofSeconds(1);

    private static final Duration END = Duration.ofSeconds(3);
    private static final Duration SERVERS = Duration.ofSeconds(2);
    private static final Duration ROUNDS = Duration.ofSeconds(4);
    private static final long PAUSE_MILLIS = 200;

    /** As many as fit into one message with room to spare. */
    public static final int LISTED = 500;

    /**
     * What came of an order to all.
     *
     * @param by instances that carried it out
     * @param of instances that there are
     * @param notes for people: what was not done and why
     */
    public record Ended(Cut cut, List<String> by, int of, List<String> notes) {
        public Ended {
            by = List.copyOf(by);
            notes = List.copyOf(notes);
        }
    }

    /** What an instance has, and what it is made of. */
    public record Surroundings(
            String instance,
            Sessions own,
            SessionCutter cutter,
            Kicker kicker,
            Supplier<Optional<Connection>> system,
            Supplier<Map<String, String>> accounts,
            Supplier<ObjectNode> status) {}

    private final Surroundings it;
    private final Optional<PeerTalk> talk;
    private final Optional<Heartbeats> beats;

    /**
     * @param seal empty without a cluster secret: then the other instances cannot be asked
     */
    public LiveSessions(
            Surroundings surroundings, Optional<PeerSeal> seal, Optional<Heartbeats> beats) {
        this.it = surroundings;
        this.talk = seal.map(s -> new PeerTalk(surroundings.instance(), s, this::answer));
        this.beats = beats;
    }

    /** Listens to the other instances on a connection of the callout account. */
    public void subscribe(Connection connection) {
        talk.ifPresent(t -> t.subscribe(connection));
        beats.ifPresent(b -> b.subscribe(connection));
    }

    /** Says good-bye to the other instances. */
    public void leave() {
        beats.ifPresent(Heartbeats::leave);
    }

    private JsonNode answer(String verb, JsonNode asked) {
        return switch (verb) {
            case "sessions" -> ownSessions(FilterJson.read(asked.path("filter")));
            case "cut" -> named(cutOwn(asked).json());
            case "kick" -> named(it.cutter().kick(FilterJson.read(asked.path("filter"))).json());
            case "known" -> known(asked);
            case "status" -> named(it.status().get());
            default -> named(PeerTalk.JSON.createObjectNode());
        };
    }

    private ObjectNode named(ObjectNode answer) {
        return answer.put("instance", it.instance());
    }

    private Cut cutOwn(JsonNode asked) {
        return it.cutter().sweepFor(UUID.fromString(asked.path("revocation").asText()));
    }

    private ObjectNode ownSessions(SessionFilter filter) {
        List<Session> found = it.own().all().filter(filter::matches).toList();
        ObjectNode answer = named(PeerTalk.JSON.createObjectNode());
        answer.put("total", found.size());
        ArrayNode array = answer.putArray("sessions");
        found.stream()
                .sorted(Comparator.comparing(Session::granted).reversed())
                .limit(LISTED)
                .forEach(session -> array.add(SessionView.json(session, it.instance())));
        return answer;
    }

    private ObjectNode known(JsonNode asked) {
        ObjectNode answer = named(PeerTalk.JSON.createObjectNode());
        ArrayNode array = answer.putArray("connections");
        for (JsonNode each : asked.path("connections")) {
            if (isOwn(each)) {
                array.add(each);
            }
        }
        return answer;
    }

    private boolean isOwn(JsonNode connection) {
        try {
            NKey server = NKey.parse(connection.path("server").asText(), NKeyType.SERVER);
            long cid = Long.parseUnsignedLong(connection.path("cid").asText());
            return it.own().find(server, cid).isPresent();
        } catch (InvalidKey | NumberFormatException e) {
            return false;
        }
    }

    /** This instance, those that are awake, and those that fell silent lately. */
    public Set<String> known() {
        Set<String> all = new TreeSet<>(others());
        all.addAll(silent());
        all.add(it.instance());
        return all;
    }

    private List<String> others() {
        return beats.map(Heartbeats::others).orElse(List.of());
    }

    private List<String> silent() {
        return beats.map(Heartbeats::silent).orElse(List.of());
    }

    /** Answers of all instances, ours first. */
    private List<JsonNode> all(String verb, ObjectNode question, Duration limit) {
        CompletableFuture<List<JsonNode>> theirs =
                CompletableFuture.supplyAsync(
                        () ->
                                talk.map(t -> t.ask(verb, question, others().size(), limit))
                                        .orElse(List.of()),
                        Thread::startVirtualThread);
        List<JsonNode> answers = new ArrayList<>();
        answers.add(answer(verb, question));
        answers.addAll(theirs.join());
        return answers;
    }

    /**
     * The newest sessions of all instances.
     *
     * @return {@code sessions}, {@code total}, {@code by} and {@code silent}
     */
    public ObjectNode list(SessionFilter filter) {
        ObjectNode question = PeerTalk.JSON.createObjectNode();
        question.set("filter", FilterJson.write(filter));
        List<JsonNode> found = new ArrayList<>();
        Set<String> by = new TreeSet<>();
        int total = 0;
        for (JsonNode answer : all("sessions", question, LIST)) {
            by.add(answer.path("instance").asText());
            total += answer.path("total").asInt();
            answer.path("sessions").forEach(found::add);
        }
        found.sort(
                Comparator.comparing((JsonNode each) -> each.path("granted").asText()).reversed());
        ObjectNode json = PeerTalk.JSON.createObjectNode();
        json.put("total", total);
        json.putArray("sessions").addAll(found.subList(0, Math.min(LISTED, found.size())));
        return answered(json, by);
    }

    /** What every instance says of itself: {@code statuses}, {@code by} and {@code silent}. */
    public ObjectNode statuses() {
        Set<String> by = new TreeSet<>();
        ObjectNode json = PeerTalk.JSON.createObjectNode();
        ArrayNode array = json.putArray("statuses");
        for (JsonNode answer : all("status", PeerTalk.JSON.createObjectNode(), LIST)) {
            by.add(answer.path("instance").asText());
            array.add(answer);
        }
        return answered(json, by);
    }

    private ObjectNode answered(ObjectNode json, Set<String> by) {
        ArrayNode answered = json.putArray("by");
        by.forEach(answered::add);
        Set<String> missing = new TreeSet<>(others());
        missing.addAll(silent());
        missing.removeAll(by);
        ArrayNode silent = json.putArray("silent");
        missing.forEach(silent::add);
        return json;
    }

    /** Ends what a revocation names, again until none is left. It must be in force before. */
    public Ended end(Revocation revocation) {
        ObjectNode question =
                PeerTalk.JSON.createObjectNode().put("revocation", revocation.id().toString());
        return end("cut", question, Strays.of(revocation, it.accounts().get()), true);
    }

    /** Ends the sessions that are meant; their clients may come back. */
    public Ended kick(SessionFilter filter) {
        ObjectNode question = PeerTalk.JSON.createObjectNode();
        question.set("filter", FilterJson.write(filter));
        return end("kick", question, Strays.of(filter, it.accounts().get()), false);
    }

    private Ended end(String verb, ObjectNode question, Optional<Strays> strays, boolean isTotal) {
        List<String> notes = new ArrayList<>();
        Set<String> by = new TreeSet<>();
        Cut cut = Cut.NONE;
        long end = System.nanoTime() + ROUNDS.toNanos();
        while (true) {
            Cut now = Cut.NONE;
            for (JsonNode answer : all(verb, question, END)) {
                by.add(answer.path("instance").asText());
                now = now.plus(Cut.of(answer));
            }
            // Instances add up themselves what they ended for a revocation.
            cut =
                    new Cut(
                            isTotal ? now.ended() : cut.ended() + now.ended(),
                            now.remaining(),
                            now.unreachable());
            if (!it.kicker().isAble() || now.remaining() == 0 || System.nanoTime() > end) {
                break;
            }
            pause();
        }
        if (!it.kicker().isAble()) {
            notes.add(
                    "live sessions were not ended: nats.system is not set; they go on until they"
                            + " expire, or a server asks again");
        } else if (strays.isPresent()) {
            cut = cut.plus(endStrays(strays.get(), notes));
        }
        Set<String> all = known();
        all.addAll(by);
        return new Ended(cut, List.copyOf(by), all.size(), notes);
    }

    /** Connections that servers list and no instance knows. */
    private Cut endStrays(Strays strays, List<String> notes) {
        Optional<Connection> system = it.system().get();
        if (system.isEmpty()) {
            notes.add("the system account could not be reached");
            return Cut.NONE;
        }
        try {
            ServerConnections.Listing listing =
                    new ServerConnections(system.get()).find(strays.filter(), SERVERS);
            if (listing.silent() > 0) {
                notes.add(listing.silent() + " servers did not list their connections");
            }
            Set<String> accounts = new HashSet<>(it.accounts().get().values());
            List<ServerConnections.Found> found =
                    listing.found().stream()
                            .filter(ServerConnections.Found::isCallouts)
                            .filter(f -> accounts.contains(f.account()))
                            .filter(strays.matches())
                            .toList();
            return found.isEmpty() ? Cut.NONE : endUnknown(found);
        } catch (IllegalStateException e) {
            notes.add("the servers could not be asked: " + e.getMessage());
            return Cut.NONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Cut.NONE;
        }
    }

    private Cut endUnknown(List<ServerConnections.Found> found) {
        Set<String> known = new HashSet<>();
        for (JsonNode answer : all("known", Strays.question(found), LIST)) {
            answer.path("connections").forEach(each -> known.add(Strays.key(each)));
        }
        Cut cut = Cut.NONE;
        for (ServerConnections.Found f : found) {
            if (!known.contains(Strays.key(f.server(), Long.toUnsignedString(f.cid())))) {
                log.info("cid {} on {} is known to no instance", f.cid(), f.serverName());
                cut = cut.plus(Cut.of(it.kicker().kick(f.server(), f.cid()).join()));
            }
        }
        return cut;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** True while an instance is silent that should not be. */
    public boolean isAnySilent() {
        return beats.map(Heartbeats::isAnySilent).orElse(false);
    }

    @Override
    public void close() {
        beats.ifPresent(Heartbeats::close);
        it.cutter().close();
    }
}
