// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.view.index.Field;
import io.countersign.view.index.TrailState;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What each instance says of itself, beside what was read of its trail. Thread-safe. */
public final class InstancesPages {
    private static final Duration SILENT = Duration.ofMinutes(10);

    /** In what instances of one system should not differ. */
    private static final Map<String, String> SAME =
            new TreeMap<>(
                    Map.of(
                            "version", "versions",
                            "revision", "policy revisions",
                            "revocations-digest", "revocations"));

    private final Tools tools;
    private final Finder finder;
    private final Locks locks;

    InstancesPages(Tools tools, Finder finder, Locks locks) {
        this.tools = tools;
        this.finder = finder;
        this.locks = locks;
    }

    /**
     * An instance.
     *
     * @param word how it is, in a word
     * @param facts what it says of itself; none if it says nothing
     * @param trails its logs, the newest first
     */
    public record One(
            String name,
            String link,
            String word,
            boolean isGood,
            List<Fact> facts,
            List<Trail> trails,
            List<String> links) {}

    /**
     * A log of an instance, as far as it was read.
     *
     * @param witnessed how many places a witness signed, by whom and when; empty if none did
     */
    public record Trail(
            String log,
            String state,
            boolean isGood,
            String entries,
            String verified,
            String witnessed,
            String heard) {}

    Reply instances(Ask ask) throws InterruptedException {
        tools.note(ask, "instances", "");
        Map<String, JsonNode> statuses = new TreeMap<>();
        Set<String> silent = new TreeSet<>();
        String problem = "";
        try {
            JsonNode answer = locks.asked(ask, "instances", Locks.body());
            answer.path("statuses")
                    .forEach(status -> statuses.put(status.path("instance").asText(), status));
            answer.path("silent").forEach(name -> silent.add(name.asText()));
        } catch (IOException e) {
            problem = "" + e.getMessage();
        }
        Map<String, List<TrailState>> trails = new TreeMap<>();
        finder.trails().stream()
                .sorted(Comparator.comparing(TrailState::heard).reversed())
                .forEach(trail ->
                        trails.computeIfAbsent(trail.instance(), _ -> new ArrayList<>())
                                .add(trail));
        Set<String> names = new TreeSet<>(trails.keySet());
        names.addAll(statuses.keySet());
        names.addAll(silent);
        List<One> all = new ArrayList<>();
        for (String name : names) {
            all.add(
                    one(
                            ask,
                            name,
                            statuses.get(name),
                            silent.contains(name),
                            trails.getOrDefault(name, List.of())));
        }
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of("Instances", "instances", ask));
        model.put("problem", problem);
        model.put("alerts", alerts(statuses, silent));
        model.put("instances", all);
        return tools.templates().page(200, "instances", model);
    }

    private One one(
            Ask ask,
            String name,
            @org.jspecify.annotations.Nullable JsonNode status,
            boolean isSilent,
            List<TrailState> trails) {
        List<Trail> logs = trails.stream().map(trail -> trail(trail, ask)).toList();
        boolean isSound = logs.isEmpty() || logs.getFirst().isGood();
        String word =
                isSilent
                        ? "does not answer"
                        : status != null ? "answers" : "known by its trail only";
        return new One(
                Names.shown(name),
                Links.having(Field.INSTANCE, name, "24h"),
                word,
                !isSilent && isSound,
                status == null ? List.of() : facts(status, ask),
                logs,
                status == null ? List.of() : links(status));
    }

    private Trail trail(TrailState trail, Ask ask) {
        TrailState.Condition condition = trail.condition(tools.now(), SILENT);
        String said =
                switch (condition) {
                    case BROKEN -> "broken: " + trail.broken();
                    case GAP -> "missing: " + trail.gap();
                    case SILENT -> "silent";
                    case BEHIND -> "sound; the newest entries are not yet under a checkpoint";
                    case VERIFIED -> "verified";
                };
        boolean isGood =
                condition == TrailState.Condition.VERIFIED
                        || condition == TrailState.Condition.BEHIND;
        return new Trail(
                Names.shown(trail.log()),
                Names.shown(said),
                isGood,
                "%,d".formatted(trail.entries()),
                "%,d".formatted(trail.verified()),
                trail.witnessed().map(seen -> witnessed(seen, ask)).orElse(""),
                Shown.ago(Duration.between(trail.heard(), tools.now())));
    }

    private static String witnessed(TrailState.Witnessed seen, Ask ask) {
        return "%,d of them co-signed by %s at %s"
                .formatted(
                        seen.entries(), Names.shown(seen.by()), Shown.full(seen.at(), ask.zone()));
    }

    private List<Fact> facts(JsonNode status, Ask ask) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Version", text(status, "version"), ""));
        facts.add(
                new Fact(
                        "Policy revision",
                        text(status, "revision"),
                        Links.subject("revision", status.path("revision").asText(""))));
        facts.add(new Fact("Started", started(status, ask), ""));
        facts.add(new Fact("Live sessions", number(status, "sessions"), ""));
        facts.add(
                new Fact(
                        "Requests since then",
                        "%s, %s dropped"
                                .formatted(number(status, "requests"), number(status, "dropped")),
                        ""));
        facts.add(
                new Fact(
                        "In work",
                        "%s of %s places"
                                .formatted(number(status, "in-flight"), number(status, "queue")),
                        ""));
        JsonNode relay = status.path("relay");
        facts.add(
                new Fact(
                        "To the audit stream",
                        relay.isMissingNode()
                                ? "off"
                                : "%s, %s behind%s"
                                        .formatted(
                                                text(relay, "state"),
                                                number(relay, "behind"),
                                                failure(relay)),
                        ""));
        facts.add(new Fact("Sees", number(status, "members") + " instances", ""));
        facts.add(new Fact("Revocations", number(status, "revocations"), ""));
        return facts;
    }

    private static String failure(JsonNode relay) {
        String failure = text(relay, "failure");
        return failure.isEmpty() ? "" : " (" + failure + ")";
    }

    private String started(JsonNode status, Ask ask) {
        try {
            Instant started = Instant.parse(status.path("started").asText(""));
            return "%s (%s)"
                    .formatted(
                            Shown.full(started, ask.zone()),
                            Shown.ago(Duration.between(started, tools.now())));
        } catch (DateTimeException e) {
            return "";
        }
    }

    private static List<String> links(JsonNode status) {
        List<String> links = new ArrayList<>();
        status.path("links")
                .forEach(link ->
                        links.add(
                                "%s on %s, cid %s"
                                        .formatted(
                                                text(link, "name"),
                                                text(link, "server-name"),
                                                text(link, "cid"))));
        return links;
    }

    /** What somebody should look at: who is silent, and in what they differ. */
    private static List<String> alerts(Map<String, JsonNode> statuses, Set<String> silent) {
        List<String> alerts = new ArrayList<>();
        silent.forEach(name -> alerts.add(Names.shown(name) + " does not answer"));
        SAME.forEach((member, words) -> {
            Set<String> values = new TreeSet<>();
            List<String> each = new ArrayList<>();
            statuses.forEach((name, status) -> {
                values.add(text(status, member));
                each.add(Names.shown(name) + " " + text(status, member));
            });
            if (values.size() > 1) {
                alerts.add("different " + words + ": " + String.join(", ", each));
            }
        });
        statuses.forEach((name, status) -> {
            JsonNode refused = status.path("refused-files");
            if (!refused.isMissingNode()) {
                List<String> problems = new ArrayList<>();
                refused.path("problems")
                        .forEach(each -> problems.add(Names.shown(each.asText(""))));
                alerts.add(
                        "%s refuses its files since %s and goes on with revision %s: %s"
                                .formatted(
                                        Names.shown(name),
                                        text(refused, "since"),
                                        text(status, "revision"),
                                        String.join("; ", problems)));
            }
            status.path("need-restart")
                    .forEach(each ->
                            alerts.add(
                                    "%s needs a restart for %s"
                                            .formatted(
                                                    Names.shown(name),
                                                    Names.shown(each.asText("")))));
        });
        statuses.forEach((name, status) -> {
            int members = status.path("members").asInt();
            if (members < statuses.size()) {
                alerts.add(
                        "%s sees %d of %d instances: its revocations and lockouts may be old"
                                .formatted(Names.shown(name), members, statuses.size()));
            }
        });
        return alerts;
    }

    private static String text(JsonNode node, String member) {
        return Names.shown(node.path(member).asText(""));
    }

    private static String number(JsonNode node, String member) {
        return "%,d".formatted(node.path(member).asLong());
    }
}
