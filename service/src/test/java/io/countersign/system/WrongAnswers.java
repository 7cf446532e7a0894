// SPDX-License-Identifier: Apache-2.0
package io.countersign.system;

import static io.countersign.kit.CalloutForge.bytes;
import static io.countersign.kit.CalloutForge.nats;
import static io.countersign.kit.CalloutForge.stranger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Signer;
import io.countersign.kit.CalloutForge;
import io.countersign.kit.Deployment;
import io.countersign.kit.NatsBinary;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Every wrong answer of the reference's table 2.6 that this server line in this mode refuses. Most
 * are good ones with one thing changed.
 */
final class WrongAnswers {
    private static final Signer STRANGER = CalloutForge.strangeAccount();

    private final Deployment.Mode mode;
    private final boolean newest;
    private final OddAccounts accounts;
    private final List<WrongAnswer> all = new ArrayList<>();

    private WrongAnswers(Deployment.Plan plan, OddAccounts accounts) {
        this.mode = plan.mode();
        this.newest = plan.binary() == NatsBinary.NEWEST;
        this.accounts = accounts;
    }

    static List<WrongAnswer> of(Deployment.Plan plan, OddAccounts accounts) {
        WrongAnswers wrong = new WrongAnswers(plan, accounts);
        wrong.boxes();
        wrong.tokens();
        wrong.answers();
        wrong.signers();
        wrong.users();
        wrong.userConditions();
        wrong.placements();
        if (plan.mode() == Deployment.Mode.OPERATOR) {
            wrong.scopedKeys();
        }
        return List.copyOf(wrong.all);
    }

    private boolean isOperator() {
        return mode == Deployment.Mode.OPERATOR;
    }

    private void add(String row, String name, Function<CalloutForge, byte[]> make, String reason) {
        all.add(new WrongAnswer(row, name, make, reason));
    }

    private void boxes() {
        add("1", "empty", forge -> new byte[0], "no reason supplied");
        add("2", "short garbage", forge -> bytes("garbage"), "encrypted input is not valid");
        add("2", "garbage", forge -> bytes("g".repeat(60)), "encrypted input wrong version");
        add("2", "box that is none", forge -> bytes("xkv1" + "g".repeat(60)), "could not decrypt");
        add(
                "2",
                "box of a stranger",
                forge -> forge.seal(good(forge), CalloutForge.strangeBox()),
                "could not decrypt");
    }

    private static byte[] good(CalloutForge forge) {
        return forge.signed(forge.answer(forge.goodUser()));
    }

    private void tokens() {
        add("3", "one part", forge -> bytes("eyJ"), "expected 3 chunks");
        add("3", "no base64", forge -> bytes("eyJ!.e30.AA"), "illegal base64 data");
        header("type", "{\"typ\":\"x\",\"alg\":\"ed25519-nkey\"}", "not supported type");
        header(
                "algorithm",
                "{\"typ\":\"JWT\",\"alg\":\"HS256\"}",
                "unexpected \"HS256\" algorithm");
        add(
                "3",
                "signature of another",
                forge -> {
                    byte[] answer = good(forge);
                    int place = answer.length - 20;
                    answer[place] = (byte) (answer[place] == 'A' ? 'B' : 'A');
                    return answer;
                },
                "claim failed V2 signature verification");
        answer("3", "expiry as text", a -> a.put("exp", "soon"), "json: cannot unmarshal");
        answer("3", "version 3", a -> nats(a).put("version", 3), "newer version");
        answer("3", "no version", a -> nats(a).remove("version"), "V1 signature verification");
        add(
                "3",
                "signed by a user",
                forge ->
                        bytes(
                                forge.sign(
                                        forge.answer(forge.goodUser()),
                                        CalloutForge.strangeSigner(NKeyType.USER))),
                "unable to validate expected prefixes");
    }

    private void header(String name, String header, String reason) {
        add(
                "3",
                name,
                forge ->
                        bytes(
                                CalloutForge.sign(
                                        header,
                                        forge.answer(forge.goodUser()),
                                        forge.keys().issuer())),
                reason);
    }

    /** A good answer with a change in its own claims. */
    private void answer(String row, String name, Consumer<ObjectNode> change, String reason) {
        add(
                row,
                name,
                forge -> {
                    ObjectNode answer = forge.answer(forge.goodUser());
                    change.accept(answer);
                    return forge.signed(answer);
                },
                reason);
    }

    private void answers() {
        long now = Instant.now().getEpochSecond();
        String invalid = "validation errors";
        add(
                "4",
                "the user itself",
                forge -> bytes(forge.goodUser()),
                "not an authorization request claim");
        answer("5", "for an account", a -> a.put("sub", stranger(NKeyType.ACCOUNT)), invalid);
        answer("5", "for no server", a -> a.put("aud", stranger(NKeyType.USER)), invalid);
        answer("5", "neither yes nor no", a -> nats(a).remove("jwt"), invalid);
        answer("5", "yes and no", a -> nats(a).put("error", "no"), invalid);
        answer(
                "5",
                "issuer account that is a user",
                a -> nats(a).put("issuer_account", stranger(NKeyType.USER)),
                invalid);
        answer("5", "expired", a -> a.put("exp", now - 60), invalid);
        answer("5", "not yet valid", a -> a.put("nbf", now + 600), invalid);
        answer("6", "another user", a -> a.put("sub", stranger(NKeyType.USER)), "expected user");
        answer("7", "another server", a -> a.put("aud", stranger(NKeyType.SERVER)), "for server");
        answer(
                "9",
                "a no",
                a -> nats(a).put("error", "not today").remove("jwt"),
                "service returned an error: not today");
    }

    private void signers() {
        if (newest || isOperator()) {
            add(
                    "8",
                    "unknown signer",
                    forge -> bytes(forge.sign(forge.answer(forge.goodUser()), STRANGER)),
                    "auth callout signing key is unknown");
        }
        if (newest && isOperator()) {
            answer(
                    "8",
                    "issuer account that is not the callout account",
                    a -> nats(a).put("issuer_account", stranger(NKeyType.ACCOUNT)),
                    "is not the callout account");
        }
    }

    /** A good answer around a user token. */
    private void token(String row, String name, String token, String reason) {
        add(row, name, forge -> forge.signed(forge.answer(token)), reason);
    }

    /** A good answer around a user with a change in its claims. */
    private void user(String row, String name, Consumer<ObjectNode> change, String reason) {
        add(
                row,
                name,
                forge -> {
                    ObjectNode user = forge.user("APP");
                    change.accept(user);
                    return forge.signed(
                            forge.answer(forge.sign(user, forge.keys().placing("APP"))));
                },
                reason);
    }

    private void users() {
        long now = Instant.now().getEpochSecond();
        String invalid = "error validating user JWT: ";
        token("10", "user of one part", "eyJ", "expected 3 chunks");
        add(
                "10",
                "answer in an answer",
                forge ->
                        forge.signed(
                                forge.answer(
                                        forge.sign(
                                                forge.answer("eyJ"), forge.keys().placing("APP")))),
                "not user claim");
        if (newest) {
            user(
                    "11",
                    "proxy required",
                    u -> nats(u).put("proxy_required", true),
                    "proxy connection required");
        }
        user("12", "expired", u -> u.put("exp", now - 60), invalid + "claim is expired");
        user("12", "not yet valid", u -> u.put("nbf", now + 600), invalid + "claim is not yet");
        user("12", "malformed subject", u -> pub(u, "a..b"), invalid + "subject \"a..b\"");
        user("12", "queue in publish", u -> pub(u, "a q"), invalid);
        user(
                "12",
                "no network",
                u -> nats(u).putArray("src").add("here"),
                invalid + "invalid cidr");
        user(
                "12",
                "no time zone",
                u -> nats(u).put("times_location", "Nowhere/Land"),
                invalid + "could not parse iana time zone");
        user(
                "13",
                "another user",
                u -> u.put("sub", stranger(NKeyType.USER)),
                "expected authorized user of");
    }

    private static void pub(ObjectNode user, String subject) {
        nats(user).withObject("/pub").putArray("allow").add(subject);
    }

    private void userConditions() {
        user("14", "at another time", WrongAnswers::inTwoHours, "outside of valid connect times");
        user(
                "15",
                "no connection type",
                u -> nats(u).putArray("allowed_connection_types").add("PIGEON"),
                "using invalid connection type");
    }

    private static void inTwoHours(ObjectNode user) {
        DateTimeFormatter time = DateTimeFormatter.ofPattern("HH:mm:ss");
        LocalTime now = LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);
        nats(user)
                .putArray("times")
                .addObject()
                .put("start", time.format(now.plusHours(2)))
                .put("end", time.format(now.plusHours(3)));
        nats(user).put("times_location", "UTC");
    }

    private void placements() {
        if (isOperator()) {
            String unknown = STRANGER.key().text();
            signedBy(
                    "16",
                    "account not allowed",
                    STRANGER,
                    unknown,
                    "not permitted as valid account");
            signedBy("17", "account missing", STRANGER, accounts.ghost, "fetching jwt timed out");
        } else {
            user(
                    "16",
                    "issuer account in static mode",
                    u -> nats(u).put("issuer_account", stranger(NKeyType.ACCOUNT)),
                    "attempted to use issuer_account");
            add(
                    "16",
                    "issuer of another",
                    forge -> forge.signed(forge.answer(forge.sign(forge.user("APP"), STRANGER))),
                    "wrong issuer for auth callout response");
            user("17", "account missing", u -> u.put("aud", "NOWHERE"), "account missing");
            user("17", "no account", u -> u.remove("aud"), "no valid account");
        }
        add(
                "20",
                "account that is full",
                forge ->
                        forge.signed(
                                forge.answer(
                                        forge.sign(
                                                forge.user("OTHER"),
                                                forge.keys().placing("OTHER")))),
                "maximum account active connections exceeded");
    }

    private void signedBy(String row, String name, Signer signer, String account, String reason) {
        add(
                row,
                name,
                forge -> {
                    ObjectNode user = forge.user("APP");
                    nats(user).put("issuer_account", account);
                    return forge.signed(forge.answer(forge.sign(user, signer)));
                },
                reason);
    }

    private void scopedKeys() {
        add(
                "18",
                "issuer that the account does not know",
                forge -> forge.signed(forge.answer(forge.sign(forge.user("APP"), STRANGER))),
                "is not known");
        add(
                "18",
                "scoped key with limits",
                forge ->
                        forge.signed(
                                forge.answer(forge.sign(forge.user("APP"), accounts.denyingATag))),
                "scoped users require no permissions or limits set");
        scoped("18", "template without its tag", accounts.denyingATag, "generated invalid");
        if (newest) {
            scoped(
                    "19",
                    "template with a proxy",
                    accounts.behindAProxy,
                    "proxy connection required");
        }
    }

    private void scoped(String row, String name, Signer key, String reason) {
        add(
                row,
                name,
                forge -> {
                    ObjectNode user = forge.user("APP");
                    nats(user).remove(List.of("pub", "sub", "subs", "data", "payload"));
                    return forge.signed(forge.answer(forge.sign(user, key)));
                },
                reason);
    }
}
