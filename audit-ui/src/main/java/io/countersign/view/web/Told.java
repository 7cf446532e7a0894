// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.policy.Reason;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a reason means, in words: for who looks after security, for the developer who was refused,
 * and whose turn it is. A new {@link Reason} does not compile until it has its words.
 *
 * @param because completes "Denied alice: …" for the security engineer
 * @param developer what the refused developer may know: never whether the name exists, which rule
 *     or limit it was, or anything of another client
 * @param turn whose turn it is
 * @param next what to do now
 */
public record Told(String because, String developer, Turn turn, String next) {
    /** Who has to do something. */
    public enum Turn {
        CLIENT("Yours: the client has to change something."),
        ADMINISTRATOR("Your administrator's: nothing that you change in the client will help."),
        OURS("Ours: nothing to change on your side; your client tries again by itself.");

        private final String words;

        Turn(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    private static final Map<String, Told> BY_CODE =
            Arrays.stream(Reason.values())
                    .collect(Collectors.toMap(Reason::code, Told::of, (one, _) -> one));

    /** Of a code that this release knows. */
    static Optional<Told> of(String code) {
        return Optional.ofNullable(BY_CODE.get(code));
    }

    private static Told of(Reason reason) {
        return reason.isAnswered() ? denied(reason) : silent(reason);
    }

    private static Told denied(Reason reason) {
        return switch (reason) {
            case BAD_CREDENTIAL ->
                    new Told(
                            "the name or the secret was wrong",
                            "The name or the secret was not accepted. Check both, also for a line"
                                    + " break at the end of the file.",
                            Turn.CLIENT,
                            "Check the secret that this client uses; look at what else came from"
                                    + " its address.");
            case EXPIRED_CREDENTIAL ->
                    new Told(
                            "its credential has expired",
                            "Your credential has ended. Get a new one; if it is new, check your"
                                    + " clock.",
                            Turn.CLIENT,
                            "The client gets a new credential; if it is new, check its clock.");
            case NO_AUTHENTICATOR ->
                    new Told(
                            "no authenticator here takes what it sent, or knows that name",
                            "The name or the kind of credential that your client sent is not"
                                    + " accepted here. Ask which kind to use.",
                            Turn.CLIENT,
                            "Look at the kind of credential: does it belong to an authenticator"
                                    + " that is switched on?");
            case NO_RULE ->
                    new Told(
                            "it is known, but no rule gives it access from here",
                            "You are known, but nothing gives you access from here. Ask your"
                                    + " administrator, with this id.",
                            Turn.ADMINISTRATOR,
                            "Add a rule or a group; 'countersign explain' shows which rule came"
                                    + " closest.");
            case REVOKED ->
                    new Told(
                            "it has been revoked",
                            "This credential has been withdrawn. A new one is needed; trying again"
                                    + " will not help.",
                            Turn.ADMINISTRATOR,
                            "See under Locks who revoked it and why; lift it there if that is"
                                    + " over.");
            case LOCKED_OUT ->
                    new Told(
                            "it is locked out after too many failures",
                            "Too many failed attempts. Wait some minutes, then try once with the"
                                    + " right secret.",
                            Turn.CLIENT,
                            "Look at what came from this address; unlock under Locks if it was a"
                                    + " mistake.");
            case ADDRESS_NOT_ALLOWED ->
                    new Told(
                            "it may not come from this address",
                            "This login may not be used from your address. Connect from the agreed"
                                    + " network.",
                            Turn.CLIENT,
                            "A known login from a new network: ask its owner, and revoke if they do"
                                    + " not know of it.");
            case CONNECTION_TYPE_NOT_ALLOWED ->
                    new Told(
                            "it may not use this type of connection",
                            "This login may not use this type of connection (NATS, WebSocket,"
                                    + " MQTT). Use the one that was agreed.",
                            Turn.CLIENT,
                            "The client connects as its rule allows, or the rule is changed.");
            case ACCOUNT_NOT_ALLOWED ->
                    new Told(
                            "it may not use the account that it asked for",
                            "This login does not lead to the account that you asked for. Ask for a"
                                    + " change.",
                            Turn.CLIENT,
                            "The client asks for its own account, or the rule is changed.");
            case UNSAFE_TEMPLATE_VALUE ->
                    new Told(
                            "its name or an attribute cannot stand safely in a subject",
                            "Your name cannot be used in subjects here. Ask your administrator,"
                                    + " with this id.",
                            Turn.ADMINISTRATOR,
                            "Rename it, or take the variable out of the role.");
            default -> throw new IllegalArgumentException(reason + ": is not answered");
        };
    }

    private static Told silent(Reason reason) {
        return switch (reason) {
            case RATE_LIMITED ->
                    new Told(
                            "too many logins came from there at once",
                            "Too many connections from your network at once. Your client will get"
                                    + " in if it tries again slowly.",
                            Turn.CLIENT,
                            "See what else came from this network at that time.");
            case OVERLOADED ->
                    ours(
                            "we had too much to do to answer in time; our fault",
                            "We were too busy.",
                            "See 'took' and the queue of the instance; add an instance.");
            case BACKEND_UNAVAILABLE ->
                    ours(
                            "a directory that we had to ask did not answer; our fault",
                            "We could not check you.",
                            "Look at the directory, then at 'countersign doctor'.");
            case AUDIT_UNAVAILABLE ->
                    ours(
                            "the decision could not be written down, so no answer left; our fault",
                            "We could not log you in safely.",
                            "Look at the disk of the instance.");
            case POLICY_ERROR ->
                    ours(
                            "the policy could not be evaluated; our fault",
                            "We could not decide.",
                            "Try 'countersign explain' with this login.");
            case INTERNAL_ERROR ->
                    ours(
                            "something here failed; our fault",
                            "Something failed here.",
                            "The instance's log has the fault under this id.");
            case SHUTTING_DOWN ->
                    ours(
                            "this instance was stopping",
                            "An instance was stopping.",
                            "Nothing, if it was meant to stop.");
            case STALE_REQUEST -> server("the server's request was too old when we read it");
            case REPLAYED_REQUEST -> server("this very request was answered before");
            case FORGED_REQUEST ->
                    server("the signature is not that server's (a possible intruder)");
            case UNKNOWN_SERVER -> server("the request is from a server that we do not know");
            case UNDECRYPTABLE -> server("no key of ours opens the request");
            default -> throw new IllegalArgumentException(reason + ": is answered");
        };
    }

    private static Told ours(String because, String developer, String next) {
        return new Told(
                because,
                developer + " It is our fault, and not something that your client did.",
                Turn.OURS,
                next);
    }

    private static Told server(String because) {
        return new Told(
                because,
                "The server's question did not reach us in a form that we could answer. Tell your"
                        + " administrator this id.",
                Turn.ADMINISTRATOR,
                "Look at the server that asked: 'countersign doctor'.");
    }
}
