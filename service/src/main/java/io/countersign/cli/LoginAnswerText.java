// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.config.DurationText;
import io.countersign.identity.CredentialKind;
import io.countersign.policy.Decision;
import io.countersign.policy.Explanation.ConditionReport;
import io.countersign.policy.Explanation.RuleReport;
import io.countersign.policy.Grant;
import io.countersign.policy.Match;
import io.countersign.protocol.ResponsePermission;
import io.countersign.protocol.SubjectPermissions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes an answer for a person: who asks, what each file says, and what comes of it. */
final class LoginAnswerText {
    /** Longer lists of what a condition wants are cut; the file has them all. */
    private static final int LONGEST = 100;

    private final LoginAnswer answer;
    private final PrintWriter out;

    LoginAnswerText(LoginAnswer answer, PrintWriter out) {
        this.answer = answer;
        this.out = out;
    }

    void print() {
        who();
        if (!answer.checks().isEmpty()) {
            usersFile();
        }
        policyFile();
        outcome();
    }

    private void who() {
        LoginQuestion question = answer.question();
        line(answer.identity().principal().toString());
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                List.of(
                        "credential",
                        question.credential().map(CredentialKind::word).orElse("any that it has")));
        rows.add(
                List.of("address", question.address().isEmpty() ? "not told" : question.address()));
        rows.add(List.of("connection", question.connection().word()));
        rows.add(List.of("groups", listed(new TreeSet<>(answer.identity().groups()))));
        new TreeMap<>(answer.identity().attributes())
                .forEach((key, values) ->
                        rows.add(List.of("attribute", key + " = " + listed(values))));
        server(rows);
        table(rows);
    }

    private void server(List<List<String>> rows) {
        LoginQuestion.Server server = answer.question().server();
        if (!server.name().isEmpty() || !server.cluster().isEmpty() || !server.tags().isEmpty()) {
            rows.add(
                    List.of(
                            "server",
                            "name %s, cluster %s, tags %s"
                                    .formatted(
                                            server.name().isEmpty() ? "not told" : server.name(),
                                            server.cluster().isEmpty()
                                                    ? "not told"
                                                    : server.cluster(),
                                            listed(server.tags()))));
        }
    }

    private void usersFile() {
        line("");
        line("users.yaml");
        table(
                answer.checks().stream()
                        .map(it -> List.of(it.holds() ? "ok" : "NO", it.about(), it.detail()))
                        .toList());
    }

    private void policyFile() {
        line("");
        line("policy.yaml");
        List<List<String>> rows = new ArrayList<>();
        boolean decided = false;
        int unasked = 0;
        for (RuleReport rule : answer.policy().rules()) {
            if (rule.decisive() || rule.takesIt()) {
                rows.add(matching(rule));
            } else if (decided) {
                unasked++;
            } else {
                rows.addAll(failing(rule));
            }
            decided |= rule.decisive();
        }
        table(rows);
        if (unasked > 0) {
            line("  and " + CheckReport.counted(unasked, "rule") + " below that would not match");
        }
    }

    private static List<String> matching(RuleReport rule) {
        String what = rule.denies() ? "denies" : "grants";
        return rule.decisive()
                ? List.of("YES", rule.rule().value(), what)
                : List.of("-", rule.rule().value(), what + " too, but the first one decides");
    }

    /** A line for each condition that keeps the client from the rule. */
    private static List<List<String>> failing(RuleReport rule) {
        List<List<String>> rows = new ArrayList<>();
        for (ConditionReport condition : rule.conditions()) {
            if (condition.match() != Match.YES) {
                boolean isFirst = rows.isEmpty();
                rows.add(
                        List.of(
                                isFirst ? "no" : "",
                                isFirst ? rule.rule().value() : "",
                                "%s: %s (asks for: %s)"
                                        .formatted(
                                                condition.key(),
                                                cut(condition.found()),
                                                cut(condition.expected()))));
            }
        }
        return rows;
    }

    private void outcome() {
        line("");
        switch (answer.decision()) {
            case Decision.Allow(Grant grant, var rule) -> {
                line("ALLOWED by rule " + rule);
                grant(grant);
            }
            case Decision.Deny(var reason, String detail, var _) -> {
                line("REFUSED: " + reason.code() + ": " + detail);
                if (answer.policy().decision() instanceof Decision.Allow(Grant _, var rule)) {
                    line("The policy alone would allow it, by rule " + rule + ".");
                }
                line("The client learns nothing but \"Authorization Violation\".");
            }
        }
    }

    private void grant(Grant grant) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("account", "", grant.account()));
        side(rows, "publish", grant.permissions().publish());
        side(rows, "subscribe", grant.permissions().subscribe());
        grant.permissions()
                .responses()
                .ifPresent(it -> rows.add(List.of("responses", "allow", responses(it))));
        Duration length = Duration.between(answer.question().now(), grant.expires());
        rows.add(
                List.of(
                        "expires",
                        "",
                        "%s at the latest, %s after this login"
                                .formatted(grant.expires(), DurationText.format(length))));
        if (!grant.tags().isEmpty()) {
            rows.add(List.of("tags", "", listed(grant.tags())));
        }
        table(rows);
    }

    private static void side(List<List<String>> rows, String name, SubjectPermissions side) {
        int before = rows.size();
        subjects(rows, name, "allow", side.allow(), before);
        subjects(rows, name, "deny", side.deny(), before);
    }

    private static void subjects(
            List<List<String>> rows, String side, String word, List<String> subjects, int before) {
        for (int i = 0; i < subjects.size(); i++) {
            String name = rows.size() == before ? side : "";
            rows.add(List.of(name, i == 0 ? word : "", subjects.get(i)));
        }
    }

    private static String responses(ResponsePermission responses) {
        String max = responses.max() < 0 ? "any number" : String.valueOf(responses.max());
        return responses.ttl().isNegative()
                ? max + " for each message"
                : max + " for each message, within " + DurationText.format(responses.ttl());
    }

    private static String listed(Iterable<String> words) {
        String text = String.join(", ", words);
        return text.isEmpty() ? "none" : text;
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    /** Columns as wide as what is in them; the last one runs free. */
    private void table(List<List<String>> rows) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size() - 1; i++) {
                widths[i] = Math.max(widths[i], PlainText.of(row.get(i)).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String cell = PlainText.of(row.get(i));
                int padding = widths[i] == 0 ? 0 : 2 + Math.max(0, widths[i] - cell.length());
                text.append(cell).append(" ".repeat(i < row.size() - 1 ? padding : 0));
            }
            line("  " + text.toString().stripTrailing());
        }
    }

    private void line(String text) {
        out.println(PlainText.of(text));
    }
}
