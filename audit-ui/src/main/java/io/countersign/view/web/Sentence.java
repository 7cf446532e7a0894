// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.audit.AuditEntry;
import io.countersign.audit.Client;
import io.countersign.audit.Counted;
import io.countersign.audit.Credential;
import io.countersign.audit.Kind;
import io.countersign.audit.Presented;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A decision told in words. Unknown parts are left out. */
final class Sentence {
    private static final DateTimeFormatter UNTIL =
            DateTimeFormatter.ofPattern("HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Sentence() {}

    static String of(AuditEntry entry) {
        String text =
                switch (entry.kind()) {
                    case DECISION -> decision(entry);
                    case VERDICT -> verdict(entry);
                    case ACT -> act(entry);
                    case RELOAD ->
                            "Instance "
                                    + entry.instance()
                                    + " took revision "
                                    + entry.revision()
                                    + " into force.";
                    case START -> "Instance " + entry.instance() + " started.";
                };
        return Names.shown(text);
    }

    /** Proven or claimed; empty if neither. */
    static String who(AuditEntry entry) {
        if (!entry.principal().isEmpty()) {
            return entry.principal();
        }
        String claimed = entry.presented().map(Presented::name).orElse("");
        return claimed.isEmpty() ? "" : "“" + claimed + "” (claimed)";
    }

    private static String decision(AuditEntry entry) {
        String outcome =
                switch (entry.decision()) {
                    case AuditEntry.ALLOW -> "Allowed";
                    case AuditEntry.DENY -> "Denied";
                    default -> "Dropped";
                };
        StringBuilder text = new StringBuilder(outcome);
        text.append(who(entry).isEmpty() ? " a client" : " " + who(entry));
        part(text, " into ", entry.account());
        part(text, " from ", entry.client().map(Client::address).orElse(""));
        part(
                text,
                " on ",
                entry.server().map(s -> s.name().isEmpty() ? s.id() : s.name()).orElse(""));
        if (entry.decision().equals(AuditEntry.ALLOW)) {
            part(text, " by rule ", entry.rule());
            part(text, ", proven by ", entry.credential().map(Credential::kind).orElse(""));
            part(text, ", until ", entry.expires().map(UNTIL::format).orElse(""));
        } else {
            text.append(": ").append(because(entry));
        }
        return text.append('.').append(entry.counted().map(Sentence::times).orElse("")).toString();
    }

    private static String times(Counted counted) {
        return " This stands for %d alike.".formatted(counted.count());
    }

    private static void part(StringBuilder text, String before, String value) {
        if (!value.isEmpty()) {
            text.append(before).append(value);
        }
    }

    /** Why; every code of {@code Reason} has its words (a test asks for each). */
    static String because(AuditEntry entry) {
        return switch (entry.reason()) {
            case "bad-credential" -> "the name or the secret was wrong";
            case "expired-credential" -> "its credential has expired";
            case "no-authenticator" -> "no authenticator here takes the kind of credential it sent";
            case "no-rule" -> "it is known, but no rule gives it access from here";
            case "revoked" -> "it has been revoked";
            case "locked-out" -> "it is locked out after too many failures";
            case "address-not-allowed" -> "it may not come from this address";
            case "connection-type-not-allowed" -> "it may not use this type of connection";
            case "account-not-allowed" -> "it may not use the account it asked for";
            case "unsafe-template-value" ->
                    "its name or an attribute cannot safely stand in a subject";
            case "rate-limited" -> "too many logins came from there at once";
            case "overloaded" -> "we had too much to do to answer in time; our fault";
            case "backend-unavailable" -> "we could not ask a directory; our fault";
            case "audit-unavailable" ->
                    "the decision could not be written down, so no answer left; our fault";
            case "policy-error" -> "the policy could not be evaluated; our fault";
            case "internal-error" -> "something here failed; our fault";
            case "shutting-down" -> "this instance was stopping";
            case "stale-request" -> "the request was too old when we read it";
            case "replayed-request" -> "this very request was answered before";
            case "forged-request" -> "the signature is not that server's (a possible intruder)";
            case "unknown-server" -> "the request is from a server we do not know";
            case "undecryptable" -> "no key of ours opens the request";
            case "" -> "no reason was written down";
            default -> entry.reason();
        };
    }

    /** Whose turn it is and what to do. */
    static String next(AuditEntry entry) {
        if (entry.kind() != Kind.DECISION) {
            return "";
        }
        return switch (entry.reason()) {
            case "" -> "If it still fails, the cause is after the login: see the server's verdict.";
            case "bad-credential" ->
                    "The client checks its name and secret, also for a line break at the end.";
            case "expired-credential" ->
                    "The client gets a new credential; if it is new, it checks its clock.";
            case "no-authenticator" ->
                    "The client sends another kind of credential, or an authenticator is added.";
            case "no-rule" -> "An administrator adds a rule or a group; try: countersign explain.";
            case "revoked" ->
                    "The client gets a new credential; an administrator can lift the revocation.";
            case "locked-out", "rate-limited" ->
                    "The client waits, then tries again slowly with the right secret.";
            case "address-not-allowed", "connection-type-not-allowed", "account-not-allowed" ->
                    "The client connects as its rule allows, or an administrator changes the rule.";
            case "unsafe-template-value" ->
                    "An administrator renames it, or takes the variable out of the role.";
            case "forged-request",
                    "unknown-server",
                    "replayed-request",
                    "undecryptable",
                    "stale-request" ->
                    "An operator looks at the server that asked: countersign doctor.";
            default ->
                    "The client changes nothing and retries; an operator looks here: countersign doctor.";
        };
    }

    private static String verdict(AuditEntry entry) {
        String detail = entry.detail().isEmpty() ? "" : " " + entry.detail();
        return "The server said: " + entry.reason() + "." + detail;
    }

    private static String act(AuditEntry entry) {
        String by = entry.by().isEmpty() ? "The trail" : entry.by();
        String detail = entry.detail().isEmpty() ? "" : ": " + entry.detail();
        return by
                + " did "
                + entry.reason()
                + (who(entry).isEmpty() ? "" : " to " + who(entry))
                + detail
                + ".";
    }
}
