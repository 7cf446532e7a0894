// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.policy.Reason;
import io.countersign.view.access.Activity;
import io.countersign.view.access.Users;
import io.countersign.view.index.Field;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Help, settings, what is in force, and what administrators of the view look at. Thread-safe. */
public final class OtherPages {
    private static final int LINES = 500;

    private final Tools tools;
    private final Locks locks;
    private final Users users;
    private final Cookies cookies;

    OtherPages(Tools tools, Locks locks, Users users, Cookies cookies) {
        this.tools = tools;
        this.locks = locks;
        this.users = users;
        this.cookies = cookies;
    }

    /** A person of the view. */
    public record Person(String name, String role, String scope, String note) {}

    /** A reason and what it means. */
    public record Meaning(
            String code, String because, String developer, String turn, String next) {}

    /** A key and what it does. */
    public record Key(String key, String does) {}

    /** All of them; the script reads this list too, so that none is bound and not told. */
    static final List<Key> KEYS =
            List.of(
                    new Key("/", "search"),
                    new Key("j", "next row"),
                    new Key("k", "previous row"),
                    new Key("o", "open the row"),
                    new Key("e", "expand the row"),
                    new Key("c", "copy a link to this page"),
                    new Key("n", "older page"),
                    new Key("p", "newer page"),
                    new Key("[", "earlier"),
                    new Key("]", "later"),
                    new Key("t", "choose the time"),
                    new Key("x", "export as CSV"),
                    new Key("space", "pause, on Live"),
                    new Key("g o", "to Overview"),
                    new Key("g e", "to the Explorer"),
                    new Key("g v", "to Live"),
                    new Key("g k", "to Locks"),
                    new Key("g i", "to Instances"),
                    new Key("g w", "to Why"),
                    new Key("?", "this list"));

    Reply locks(Ask ask) throws InterruptedException {
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of("Locks", "locks", ask));
        model.put("revocations", locks.revocations(ask));
        model.put("lockouts", locks.lockouts(ask));
        model.put("mayAct", ask.mayOperate() && tools.operations().isThere());
        tools.note(ask, "locks", "");
        return tools.templates().page(200, "locks", model);
    }

    Reply sessions(Ask ask) throws InterruptedException {
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of("Sessions", "sessions", ask));
        model.put("sessions", locks.sessions(ask, "", ""));
        model.put("mayAct", ask.mayOperate() && tools.operations().isThere());
        tools.note(ask, "sessions", "");
        return tools.templates().page(200, "sessions", model);
    }

    Reply help(Ask ask) {
        Map<String, Object> model = new HashMap<>();
        model.put("frame", Frame.of("Help", "help", ask));
        model.put("fields", Field.values());
        model.put("times", TimeChoice.EXPECTED);
        model.put("keys", KEYS);
        model.put(
                "reasons",
                Arrays.stream(Reason.values())
                        .map(r -> {
                            Told told = Told.of(r.code()).orElseThrow();
                            return new Meaning(
                                    r.code(),
                                    told.because(),
                                    told.developer(),
                                    told.turn().words(),
                                    told.next());
                        })
                        .toList());
        return tools.templates().page(200, "help", model);
    }

    Reply settings(Ask ask) {
        return settings(ask, 200, "");
    }

    private Reply settings(Ask ask, int status, String problem) {
        return tools.templates()
                .page(
                        status,
                        "settings",
                        Map.of(
                                "frame",
                                Frame.of("Settings", "settings", ask),
                                "problem",
                                problem,
                                "isLocal",
                                ask.viewer()
                                        .source()
                                        .equals(io.countersign.view.access.Viewer.LOCAL),
                                "left",
                                left(ask.session().orElseThrow().left()),
                                "zones",
                                ZONES));
    }

    private static String left(java.time.Duration left) {
        return "%d h %d min".formatted(left.toHours(), left.toMinutesPart());
    }

    private static final List<String> ZONES =
            List.of(
                    "UTC",
                    "Europe/Berlin",
                    "Europe/London",
                    "America/New_York",
                    "America/Los_Angeles",
                    "Asia/Kolkata",
                    "Asia/Singapore",
                    "Asia/Tokyo",
                    "Australia/Sydney");

    Reply set(Ask ask) {
        Optional<ZoneId> zone = Preferences.zone(ask.field("tz"));
        if (zone.isEmpty()) {
            return settings(
                    ask,
                    422,
                    "No zone is named "
                            + Names.shown(ask.field("tz"))
                            + " (expected: UTC, or such as Europe/Berlin).");
        }
        Preferences looks =
                Preferences.of(ask.field("tz"), ask.field("theme"), ask.field("keys").equals("on"));
        String next = AccessPages.safeNext(ask.field("next"));
        return Reply.redirect(next.equals("/") ? "/settings" : next, cookies.looks(looks));
    }

    Reply users(Ask ask) {
        List<Person> people =
                users.all().stream()
                        .map(u ->
                                new Person(
                                        u.viewer().name(),
                                        u.viewer().role().word(),
                                        Names.shown(u.viewer().scope()),
                                        u.mustChange() ? "must change the password" : ""))
                        .toList();
        return tools.templates()
                .page(
                        200,
                        "users",
                        Map.of("frame", Frame.of("Users", "users", ask), "people", people));
    }

    Reply activity(Ask ask) throws IOException {
        return tools.templates()
                .page(
                        200,
                        "activity",
                        Map.of(
                                "frame",
                                Frame.of("Activity", "activity", ask),
                                "lines",
                                tools.activity().newest(LINES).stream()
                                        .map(line -> zoned(line, ask.zone()))
                                        .toList()));
    }

    /** The file has UTC, pages have the zone of who looks. */
    private static Activity.Line zoned(Activity.Line line, ZoneId zone) {
        try {
            return line.at(Shown.full(Instant.parse(line.time()), zone));
        } catch (DateTimeParseException e) {
            return line; // somebody wrote into the file
        }
    }
}
