// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Turns {@link Shorthand}s into subjects, no wider than what they say. Each subject goes the way of
 * a written one ({@link SubjectTemplate}); names of streams, buckets and services have to be single
 * tokens besides.
 *
 * <p>Where the subjects come from: the JetStream API (wildcards of nats-server), ADR-8 of NATS
 * (key-value), ADR-32 (services). Tried against servers in {@code ShorthandIT}.
 */
final class ShorthandCompiler {
    private static final String API = "$JS.API.";

    /** Of streams, consumers, buckets and services, after their templates are filled in. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");

    private final Findings findings;
    private final List<WrittenOut> written = new ArrayList<>();

    ShorthandCompiler(Findings findings) {
        this.findings = findings;
    }

    /**
     * What it allows.
     *
     * @param replies whether received requests may be answered
     */
    record Meaning(SideTemplate publish, SideTemplate subscribe, boolean replies) {
        static final Meaning NOTHING =
                new Meaning(
                        new SideTemplate(List.of(), List.of()),
                        new SideTemplate(List.of(), List.of()),
                        false);

        Meaning plus(Meaning other) {
            return new Meaning(
                    publish.plus(other.publish),
                    subscribe.plus(other.subscribe),
                    replies || other.replies);
        }
    }

    /** All that was compiled so far, in its order. */
    List<WrittenOut> written() {
        return List.copyOf(written);
    }

    /** All of them together. */
    Meaning compile(List<Shorthand> shorthands) {
        Meaning all = Meaning.NOTHING;
        for (Shorthand shorthand : shorthands) {
            all = all.plus(compile(shorthand));
        }
        return all;
    }

    private Meaning compile(Shorthand shorthand) {
        int before = findings.problems().size();
        Lists lists = new Lists();
        boolean replies =
                switch (shorthand) {
                    case Shorthand.Inbox inbox -> inbox(inbox, lists);
                    case Shorthand.Consumer consumer -> consumer(consumer, lists);
                    case Shorthand.Bucket bucket -> bucket(bucket, lists);
                    case Shorthand.Service service -> service(service, lists);
                };
        if (findings.problems().size() > before) {
            return Meaning.NOTHING;
        }
        List<SubjectTemplate> publish = templates(shorthand.path(), lists.publish, false);
        List<SubjectTemplate> subscribe = templates(shorthand.path(), lists.subscribe, true);
        warnOfClientId(shorthand.path(), publish, subscribe);
        written.add(
                new WrittenOut(
                        shorthand.path(),
                        List.copyOf(lists.publish),
                        List.copyOf(lists.subscribe),
                        replies));
        return new Meaning(
                new SideTemplate(publish, List.of()),
                new SideTemplate(subscribe, List.of()),
                replies);
    }

    /** Subjects as text, each once. */
    private static final class Lists {
        private final Set<String> publish = new LinkedHashSet<>();
        private final Set<String> subscribe = new LinkedHashSet<>();

        void publish(String... subjects) {
            publish.addAll(List.of(subjects));
        }

        void subscribe(String... subjects) {
            subscribe.addAll(List.of(subjects));
        }
    }

    private boolean inbox(Shorthand.Inbox inbox, Lists to) {
        String prefix = inbox.prefix();
        checkSubject(inbox.path(), prefix);
        if (prefix.endsWith(">") || prefix.contains("*")) {
            findings.refuse(
                    inbox.path(),
                    "%s has a wildcard (expected: a prefix like \"_INBOX_{{name}}\")"
                            .formatted(Findings.quoted(prefix)));
        } else if (prefix.equals("_INBOX")) {
            findings.warn(
                    inbox.path(),
                    "\"_INBOX\" is everybody's, so the replies to others can be read too"
                            + " (expected: an own prefix like \"_INBOX_{{name}}\")");
        }
        to.subscribe(prefix + ".>");
        return false;
    }

    /** Use and no change: it can neither be made nor altered nor deleted. */
    private boolean consumer(Shorthand.Consumer it, Lists to) {
        checkName(it.path(), "stream", it.stream());
        checkName(it.path(), "consumer", it.consumer());
        String place = it.stream() + "." + it.consumer();
        to.publish(API + "CONSUMER.INFO." + place);
        if (it.deliver().isPresent()) {
            String deliver = it.deliver().get();
            checkSubject(Paths.key(it.path(), "deliver"), deliver);
            it.queue().ifPresent(queue -> checkName(it.path(), "queue", queue));
            to.subscribe(deliver + it.queue().map(queue -> " " + queue).orElse(""));
            flowControl(place, to);
        } else {
            if (it.queue().isPresent()) {
                findings.refuse(
                        Paths.key(it.path(), "queue"),
                        "is only for a push consumer (expected: deliver beside it)");
            }
            to.publish(API + "CONSUMER.MSG.NEXT." + place);
        }
        if (it.ack()) {
            // Two forms of one subject: of all servers, and with domain and account before the
            // stream, of servers with js_ack_fc_v2. Both as long as they must be, so that the
            // second cannot be read as an acknowledgement of another stream in the first form.
            to.publish("$JS.ACK." + place + ".>", "$JS.ACK.*.*." + place + ".*.*.*.*.>");
        }
        return false;
    }

    /** What a server sends besides messages to find out how fast they are taken; both forms. */
    private static void flowControl(String place, Lists to) {
        to.publish("$JS.FC." + place + ".*", "$JS.FC.*.*." + place + ".*");
    }

    private boolean bucket(Shorthand.Bucket it, Lists to) {
        checkName(it.path(), "bucket", it.bucket());
        if (it.read().isEmpty() && it.write().isEmpty()) {
            findings.refuse(it.path(), "does nothing (expected: read, write or both)");
        }
        String stream = "KV_" + it.bucket();
        String keys = "$KV." + it.bucket() + ".";
        // Clients look at the bucket before they use it.
        to.publish(API + "STREAM.INFO." + stream);
        for (int i = 0; i < it.read().size(); i++) {
            String key = it.read().get(i);
            checkSubject(Paths.item(it.path(), "read", i), key);
            to.publish(
                    API + "DIRECT.GET." + stream + "." + keys + key,
                    API + "CONSUMER.CREATE." + stream + ".*." + keys + key);
        }
        if (it.read().contains(">")) {
            // Which keys these ask for stands in their body: only for who may read them all.
            to.publish(
                    API + "DIRECT.GET." + stream,
                    API + "STREAM.MSG.GET." + stream,
                    API + "CONSUMER.CREATE." + stream,
                    API + "CONSUMER.CREATE." + stream + ".*");
        }
        if (!it.read().isEmpty()) {
            to.publish(API + "CONSUMER.INFO." + stream + ".*");
            flowControl(stream + ".*", to);
        }
        for (int i = 0; i < it.write().size(); i++) {
            String key = it.write().get(i);
            checkSubject(Paths.item(it.path(), "write", i), key);
            to.publish(keys + key);
        }
        return false;
    }

    private boolean service(Shorthand.Service it, Lists to) {
        if (it.serve().isPresent() == it.call().isPresent()) {
            findings.refuse(
                    it.path(),
                    (it.serve().isPresent() ? "serves and calls" : "does nothing")
                            + " (expected: either serve or call)");
            return false;
        }
        boolean serves = it.serve().isPresent();
        String name = it.serve().or(it::call).orElseThrow();
        checkName(it.path(), serves ? "serve" : "call", name);
        it.queue().ifPresent(queue -> checkName(it.path(), "queue", queue));
        if (!serves && it.queue().isPresent()) {
            findings.refuse(
                    Paths.key(it.path(), "queue"),
                    "is only for a service that answers (expected: serve beside it)");
        }
        for (String verb : List.of("PING", "INFO", "STATS")) {
            String[] own = {"$SRV." + verb + "." + name, "$SRV." + verb + "." + name + ".*"};
            if (serves) {
                to.subscribe("$SRV." + verb);
                to.subscribe(own);
            } else {
                to.publish(own);
            }
        }
        String queue = " " + it.queue().orElse(Shorthand.Service.QUEUE);
        for (int i = 0; i < it.endpoints().size(); i++) {
            String endpoint = it.endpoints().get(i);
            checkSubject(Paths.item(it.path(), "endpoints", i), endpoint);
            if (serves) {
                to.subscribe(endpoint + queue);
            } else {
                to.publish(endpoint);
            }
        }
        return serves;
    }

    /** Text that becomes the last part of a subject; no queue in it. */
    private void checkSubject(String path, String text) {
        try {
            SubjectTemplate.parse(text, false);
        } catch (IllegalArgumentException refused) {
            findings.refuse(path, text, refused);
        }
    }

    /** A name that has to stay one token: a wildcard in it would open all streams or buckets. */
    private void checkName(String path, String key, String text) {
        try {
            if (!NAME.matcher(Template.parse(text).with("x")).matches()) {
                throw new IllegalArgumentException(
                        "is no such name (expected: A-Z, a-z, 0-9, _ and -)");
            }
        } catch (IllegalArgumentException refused) {
            findings.refuse(Paths.key(path, key), text, refused);
        }
    }

    private List<SubjectTemplate> templates(String path, Set<String> texts, boolean queues) {
        List<SubjectTemplate> templates = new ArrayList<>();
        for (String text : texts) {
            try {
                templates.add(SubjectTemplate.parse(text, queues));
            } catch (IllegalArgumentException refused) {
                findings.refuse(path, text, refused);
            }
        }
        return templates;
    }

    private void warnOfClientId(
            String path, List<SubjectTemplate> publish, List<SubjectTemplate> subscribe) {
        Optional<SubjectTemplate> first =
                Stream.concat(publish.stream(), subscribe.stream())
                        .filter(it -> it.template().variables().contains(new Variable.ClientId()))
                        .findFirst();
        if (first.isPresent()) {
            findings.warn(path, "{{client-id}} is what the client says, proven by nobody");
        }
    }
}
