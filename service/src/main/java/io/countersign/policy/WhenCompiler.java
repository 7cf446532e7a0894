// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.identity.Cidr;
import io.countersign.protocol.ConnectionType;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Turns {@code when} of a rule into conditions. */
final class WhenCompiler {
    private static final Set<String> CLIENT_KINDS = Set.of("client", "leafnode");

    private static final String TIME_ZONE = "time-zone";

    private final Set<String> sources;
    private final Findings findings;

    WhenCompiler(PolicyContext context, Findings findings) {
        this.sources = context.sources();
        this.findings = findings;
    }

    /** Without what had to be refused. */
    List<Condition> compile(WhenSource when) {
        List<Condition> conditions = new ArrayList<>();
        if (isAsked(when, Aspect.SOURCE, when.source())) {
            conditions.add(new AnyOf(Aspect.SOURCE, sources(when)));
        }
        if (isAsked(when, Aspect.GROUPS, when.groups())) {
            conditions.add(new AnyOf(Aspect.GROUPS, Set.copyOf(when.groups())));
        }
        if (isAsked(when, Aspect.SERVER_TAGS, when.serverTags())) {
            // Servers send their tags in lower case (reference 1.4.1).
            conditions.add(new AnyOf(Aspect.SERVER_TAGS, lowerCase(when.serverTags())));
        }
        if (isAsked(when, Aspect.CLIENT_KIND, when.clientKind())) {
            conditions.add(new AnyOf(Aspect.CLIENT_KIND, clientKinds(when)));
        }
        like(when, Aspect.NAME, when.name(), conditions);
        like(when, Aspect.SERVER_NAME, when.serverName(), conditions);
        like(when, Aspect.SERVER_CLUSTER, when.serverCluster(), conditions);
        when.attributes().forEach((key, values) -> attribute(when, key, values, conditions));
        if (isAsked(when, Aspect.CONNECTION, when.connection())) {
            conditions.add(new ConnectedBy(connections(when)));
        }
        if (isAsked(when, Aspect.NETWORK, when.network())) {
            network(when, conditions);
        }
        if (isAsked(when, Aspect.TIMES, when.times())) {
            times(when, conditions);
        } else if (!when.timeZone().isEmpty()) {
            findings.refuse(
                    Paths.key(when.path(), TIME_ZONE), "is of no use (expected: with times)");
        }
        if (!when.expression().isEmpty()) {
            expression(when, conditions);
        }
        return conditions;
    }

    private void expression(WhenSource when, List<Condition> conditions) {
        try {
            conditions.add(Holds.of(when.expression()));
        } catch (IllegalArgumentException refused) {
            findings.refuse(
                    Paths.key(when.path(), Aspect.EXPRESSION.key()), when.expression(), refused);
        }
    }

    private boolean isAsked(WhenSource when, Aspect aspect, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i).isEmpty()) {
                findings.refuse(
                        Paths.item(when.path(), aspect.key(), i), "is empty (expected: a value)");
            }
        }
        return !values.isEmpty();
    }

    private Set<String> sources(WhenSource when) {
        for (int i = 0; i < when.source().size(); i++) {
            String source = when.source().get(i);
            if (!source.isEmpty() && !sources.contains(source)) {
                unknown(when, Aspect.SOURCE, i, source, sources);
            }
        }
        return Set.copyOf(when.source());
    }

    private Set<String> clientKinds(WhenSource when) {
        for (int i = 0; i < when.clientKind().size(); i++) {
            String kind = when.clientKind().get(i);
            if (!kind.isEmpty() && !CLIENT_KINDS.contains(kind)) {
                unknown(when, Aspect.CLIENT_KIND, i, kind, CLIENT_KINDS);
            }
        }
        return Set.copyOf(when.clientKind());
    }

    private Set<ConnectionType> connections(WhenSource when) {
        Set<ConnectionType> types = EnumSet.noneOf(ConnectionType.class);
        for (int i = 0; i < when.connection().size(); i++) {
            String word = when.connection().get(i);
            List<ConnectionType> found =
                    Arrays.stream(ConnectionType.values())
                            .filter(type -> type.word().equals(word))
                            .toList();
            if (found.isEmpty() && !word.isEmpty()) {
                List<String> words =
                        Arrays.stream(ConnectionType.values()).map(ConnectionType::word).toList();
                unknown(when, Aspect.CONNECTION, i, word, words);
            }
            types.addAll(found);
        }
        return types;
    }

    private void unknown(
            WhenSource when, Aspect aspect, int index, String value, Collection<String> known) {
        findings.refuse(
                Paths.item(when.path(), aspect.key(), index),
                "%s is not known (expected: one of %s)"
                        .formatted(Findings.quoted(value), Condition.listed(known)));
    }

    private static Set<String> lowerCase(List<String> tags) {
        Set<String> lower = new HashSet<>();
        tags.forEach(tag -> lower.add(tag.toLowerCase(Locale.ROOT)));
        return lower;
    }

    /** A pattern that everything matches asks nothing, but stays: explanations show it. */
    private void like(
            WhenSource when, Aspect aspect, List<String> patterns, List<Condition> conditions) {
        if (isAsked(when, aspect, patterns)) {
            conditions.add(LikeOneOf.of(aspect, patterns));
        }
    }

    private void attribute(
            WhenSource when, String key, List<String> values, List<Condition> conditions) {
        String path = Paths.key(Paths.key(when.path(), Aspect.ATTRIBUTES.key()), key);
        if (values.isEmpty() || values.contains("")) {
            findings.refuse(path, "has an empty value (expected: one or more values)");
        } else {
            conditions.add(new AttributeAnyOf(key, Set.copyOf(values)));
        }
    }

    private void times(WhenSource when, List<Condition> conditions) {
        Set<TimeWindow> windows = new HashSet<>();
        for (int i = 0; i < when.times().size(); i++) {
            String text = when.times().get(i);
            try {
                if (!text.isEmpty()) {
                    windows.add(TimeWindow.parse(text));
                }
            } catch (IllegalArgumentException refused) {
                findings.refuse(Paths.item(when.path(), Aspect.TIMES.key(), i), text, refused);
            }
        }
        conditions.add(new DuringTimes(windows, zone(when)));
    }

    /** Only names of regions and UTC: an offset would be wrong for half of the year. */
    private ZoneId zone(WhenSource when) {
        String name = when.timeZone().isEmpty() ? "UTC" : when.timeZone();
        if (!ZoneId.getAvailableZoneIds().contains(name)) {
            findings.refuse(
                    Paths.key(when.path(), TIME_ZONE),
                    Findings.quoted(name)
                            + " is not known (expected: an IANA zone like Europe/Berlin)");
            return ZoneOffset.UTC;
        }
        return ZoneId.of(name);
    }

    private void network(WhenSource when, List<Condition> conditions) {
        Set<Cidr> networks = new HashSet<>();
        for (int i = 0; i < when.network().size(); i++) {
            String text = when.network().get(i);
            try {
                if (!text.isEmpty()) {
                    networks.add(Cidr.parse(text));
                }
            } catch (IllegalArgumentException refused) {
                findings.refuse(Paths.item(when.path(), Aspect.NETWORK.key(), i), text, refused);
            }
        }
        conditions.add(new InNetwork(networks));
    }
}
