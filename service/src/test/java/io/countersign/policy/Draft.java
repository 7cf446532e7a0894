// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A rule that a test writes; what it leaves out is left out in the source. */
final class Draft {
    private final String id;
    private final Map<Aspect, List<String>> when = new LinkedHashMap<>();
    private String timeZone = "";
    private String expression = "";
    private final Map<String, List<String>> attributes = new LinkedHashMap<>();
    private boolean broad;
    private boolean deny;
    private boolean grant = true;
    private String account = Policies.APP;
    private List<String> roles = List.of();
    private List<String> publishAllow = List.of();
    private boolean everything;
    private List<String> publishDeny = List.of();
    private List<String> subscribeAllow = List.of();
    private List<String> subscribeDeny = List.of();
    private Optional<ResponseSource> responses = Optional.empty();
    private Optional<Duration> expires = Optional.empty();
    private Optional<Integer> jitter = Optional.empty();
    private List<String> tags = List.of();
    private List<Shorthand> shorthands = List.of();

    private Draft(String id) {
        this.id = id;
    }

    /** Asks for nothing yet and grants nothing in {@link Policies#APP}. */
    static Draft rule(String id) {
        return new Draft(id);
    }

    Draft when(Aspect aspect, String... values) {
        when.put(aspect, List.of(values));
        return this;
    }

    Draft name(String... names) {
        return when(Aspect.NAME, names);
    }

    /** By name, of the source "users": the usual rule, of which there is nothing to warn. */
    Draft user(String... names) {
        return name(names).when(Aspect.SOURCE, "users");
    }

    Draft attribute(String key, String... values) {
        attributes.put(key, List.of(values));
        return this;
    }

    Draft timeZone(String name) {
        timeZone = name;
        return this;
    }

    Draft expression(String text) {
        expression = text;
        return this;
    }

    Draft broad() {
        broad = true;
        return this;
    }

    /** Denies instead of granting. */
    Draft denies() {
        deny = true;
        grant = false;
        return this;
    }

    /** Denies and grants. */
    Draft deniesToo() {
        deny = true;
        return this;
    }

    Draft grantsNot() {
        grant = false;
        return this;
    }

    Draft account(String name) {
        account = name;
        return this;
    }

    Draft roles(String... names) {
        roles = List.of(names);
        return this;
    }

    Draft publish(String... subjects) {
        publishAllow = List.of(subjects);
        return this;
    }

    /** Says that what it allows to publish is meant to be everything. */
    Draft publishesEverything() {
        everything = true;
        return this;
    }

    Draft denyPublish(String... subjects) {
        publishDeny = List.of(subjects);
        return this;
    }

    Draft subscribe(String... subjects) {
        subscribeAllow = List.of(subjects);
        return this;
    }

    Draft denySubscribe(String... subjects) {
        subscribeDeny = List.of(subjects);
        return this;
    }

    Draft responses(int max, Duration ttl) {
        responses = Optional.of(new ResponseSource("?", max, ttl));
        return this;
    }

    /** Says that there are none, other than by saying nothing. */
    Draft noResponses() {
        responses = Optional.of(ResponseSource.none("?"));
        return this;
    }

    Draft expires(Duration length) {
        expires = Optional.of(length);
        return this;
    }

    Draft jitter(int percent) {
        jitter = Optional.of(percent);
        return this;
    }

    Draft tags(String... texts) {
        tags = List.of(texts);
        return this;
    }

    Draft shorthand(Shorthand... meant) {
        shorthands = List.of(meant);
        return this;
    }

    /** As the rule at a place of the file. */
    RuleSource at(int index) {
        String path = "rules[" + index + "]";
        String granted = path + ".grant";
        Optional<GrantSource> what =
                grant
                        ? Optional.of(
                                new GrantSource(
                                        granted,
                                        account,
                                        roles,
                                        new SideSource(
                                                granted + ".publish",
                                                publishAllow,
                                                publishDeny,
                                                everything),
                                        new SideSource(
                                                granted + ".subscribe",
                                                subscribeAllow,
                                                subscribeDeny),
                                        responses.map(r -> at(granted, r)),
                                        expires,
                                        jitter,
                                        tags,
                                        shorthands,
                                        List.of()))
                        : Optional.empty();
        return new RuleSource(path, id, conditions(path + ".when"), broad, deny, what);
    }

    private static ResponseSource at(String granted, ResponseSource responses) {
        return new ResponseSource(granted + ".allow-responses", responses.max(), responses.ttl());
    }

    private WhenSource conditions(String path) {
        return new WhenSource(
                path,
                of(Aspect.SOURCE),
                of(Aspect.NAME),
                of(Aspect.GROUPS),
                attributes,
                of(Aspect.NETWORK),
                of(Aspect.CONNECTION),
                of(Aspect.SERVER_NAME),
                of(Aspect.SERVER_CLUSTER),
                of(Aspect.SERVER_TAGS),
                of(Aspect.CLIENT_KIND),
                of(Aspect.TIMES),
                timeZone,
                expression);
    }

    private List<String> of(Aspect aspect) {
        return new ArrayList<>(when.getOrDefault(aspect, List.of()));
    }
}
