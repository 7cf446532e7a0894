// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup.conf;

import io.countersign.protocol.Subjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code permissions} as servers mean them. Never makes them wider: what cannot be said in a
 * policy is left out of an allow list, and refuses the user in a deny list. Used once.
 */
final class RightsReader {
    private static final int MAX_SUBJECTS = 1024;
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Duration DEFAULT_WITHIN = Duration.ofMinutes(2);
    private static final Pattern GO_PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|m|h)");

    /** Takes what was changed on the way. */
    private final BiConsumer<ConfNode, String> changed;

    RightsReader(BiConsumer<ConfNode, String> changed) {
        this.changed = changed;
    }

    /** Why a user cannot be carried. */
    static final class Untranslatable extends Exception {
        private static final long serialVersionUID = 1L;

        Untranslatable(String why) {
            super(why);
        }
    }

    Rights read(ConfNode node) throws Untranslatable {
        if (!(node instanceof ConfNode.Entries permissions)) {
            throw new Untranslatable("its permissions are no mapping");
        }
        for (String key : permissions.entries().keySet()) {
            if (!Keys.isOneOf(key, Keys.PUBLISH, Keys.SUBSCRIBE, Keys.RESPONSES)) {
                throw new Untranslatable("its permissions have " + key + ", which is not known");
            }
        }
        Optional<Rights.Responses> responses = responses(permissions.find(Keys.RESPONSES));
        Rights.Side publish = side(permissions.find(Keys.PUBLISH), Subjects::publishProblem);
        boolean repliesOnly = responses.isPresent() && !hasAllow(permissions.find(Keys.PUBLISH));
        Rights.Side subscribe = side(permissions.find(Keys.SUBSCRIBE), Subjects::subscribeProblem);
        return new Rights(
                // Servers close everything else as soon as replies are allowed by themselves.
                repliesOnly ? new Rights.Side(List.of(), List.of()) : publish,
                new Rights.Side(subscribe.allow(), QueueDenials.told(subscribe.deny())),
                responses);
    }

    private static boolean hasAllow(Optional<ConfNode> side) {
        return side.isPresent()
                && (!(side.get() instanceof ConfNode.Entries entries)
                        || entries.find("allow").filter(it -> !isEmpty(it)).isPresent())
                && !isEmpty(side.get());
    }

    private static boolean isEmpty(ConfNode node) {
        return node instanceof ConfNode.Items(var _, List<ConfNode> items) && items.isEmpty();
    }

    private Rights.Side side(Optional<ConfNode> node, Function<String, Optional<String>> problem)
            throws Untranslatable {
        if (node.isEmpty()) {
            return Rights.Side.ALL;
        }
        Optional<ConfNode> allow = node;
        Optional<ConfNode> deny = Optional.empty();
        if (node.get() instanceof ConfNode.Entries entries) {
            allow = entries.find("allow");
            deny = entries.find("deny");
        }
        List<String> allowed = new ArrayList<>();
        for (String subject : subjects(allow)) {
            Optional<String> why = unusable(subject, problem);
            if (why.isEmpty()) {
                allowed.add(subject);
            } else {
                changed.accept(
                        node.get(), "\"" + subject + "\" is not allowed any more: " + why.get());
            }
        }
        for (String subject : subjects(deny)) {
            Optional<String> why = unusable(subject, problem);
            if (why.isPresent()) {
                throw new Untranslatable("the denied \"" + subject + "\" " + why.get());
            }
        }
        boolean everything = allow.isEmpty() || isEmpty(allow.get());
        return new Rights.Side(everything ? List.of(">") : allowed, subjects(deny));
    }

    private static Optional<String> unusable(
            String subject, Function<String, Optional<String>> problem) {
        return subject.contains("{{") || subject.contains("}}")
                ? Optional.of("has braces, which mean a template here")
                : problem.apply(subject);
    }

    private static List<String> subjects(Optional<ConfNode> node) throws Untranslatable {
        List<String> subjects = new ArrayList<>();
        for (ConfNode item : node.map(RightsReader::items).orElse(List.of())) {
            if (!(item instanceof ConfNode.Text text)) {
                throw new Untranslatable("its permissions have a subject that is no text");
            }
            subjects.add(text.value());
        }
        if (subjects.size() > MAX_SUBJECTS) {
            throw new Untranslatable("it has more than " + MAX_SUBJECTS + " subjects");
        }
        return subjects;
    }

    private static List<ConfNode> items(ConfNode node) {
        return node instanceof ConfNode.Items(var _, List<ConfNode> items) ? items : List.of(node);
    }

    private Optional<Rights.Responses> responses(Optional<ConfNode> node) throws Untranslatable {
        if (node.isEmpty()) {
            return Optional.empty();
        }
        if (node.get() instanceof ConfNode.Flag(var _, boolean allowed)) {
            return allowed
                    ? Optional.of(new Rights.Responses(1, DEFAULT_WITHIN))
                    : Optional.empty();
        }
        if (!(node.get() instanceof ConfNode.Entries entries)) {
            throw new Untranslatable("its allow_responses is neither a flag nor a mapping");
        }
        int max = 1;
        if (entries.find(Keys.MAX).orElse(null) instanceof ConfNode.Whole(var _, long value)) {
            max = value == 0 ? 1 : Math.clamp(value, -1, Integer.MAX_VALUE);
        }
        return Optional.of(new Rights.Responses(max, within(entries.find(Keys.WITHIN))));
    }

    private Duration within(Optional<ConfNode> node) throws Untranslatable {
        if (node.isEmpty()) {
            return DEFAULT_WITHIN;
        }
        Duration given =
                switch (node.get()) {
                    case ConfNode.Whole(var _, long seconds) -> Duration.ofSeconds(seconds);
                    case ConfNode.Text(var _, String text) -> goDuration(text);
                    case ConfNode.Flag _, ConfNode.Items _, ConfNode.Entries _ ->
                            throw new Untranslatable("its allow_responses expires in no time");
                };
        if (given.isZero()) {
            return DEFAULT_WITHIN;
        }
        if (given.isNegative() || given.compareTo(LONGEST) > 0) {
            changed.accept(node.get(), "replies are allowed for a day, which is the longest");
            return LONGEST;
        }
        if (given.compareTo(Duration.ofSeconds(1)) < 0) {
            changed.accept(node.get(), "replies are allowed for a second, which is the shortest");
            return Duration.ofSeconds(1);
        }
        return Duration.ofSeconds(given.toSeconds());
    }

    /** As Go writes them: {@code 1h30m}, {@code -1s}. */
    private static Duration goDuration(String text) throws Untranslatable {
        String rest = text.startsWith("-") ? text.substring(1) : text;
        Matcher part = GO_PART.matcher(rest);
        double seconds = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            seconds += Double.parseDouble(part.group(1)) * unit(part.group(2));
            end = part.end();
        }
        if (rest.isEmpty() || end != rest.length()) {
            throw new Untranslatable("its allow_responses expires in no time");
        }
        Duration duration = Duration.ofMillis(Math.round(seconds * 1000));
        return text.startsWith("-") ? duration.negated() : duration;
    }

    private static double unit(String name) {
        return switch (name) {
            case "ms" -> 0.001;
            case "s" -> 1;
            case "m" -> 60;
            default -> 3600;
        };
    }
}
