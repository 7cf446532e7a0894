// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.identity.Cidr;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.Rejection;
import io.countersign.identity.users.User;
import io.countersign.identity.users.UserLimit;
import io.countersign.identity.users.UserToken;
import io.countersign.policy.Reason;
import io.countersign.protocol.ConnectionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One thing that users.yaml says about a login.
 *
 * @param about what was looked at: {@code listed}, {@code credential} or a limit of the user
 * @param holds whether it lets the login pass
 * @param detail what was found, for a person
 * @param reason what a refusal would be called
 */
record LoginCheck(String about, boolean holds, String detail, Reason reason) {
    /** In the order of a real login, so that the first that does not hold gives the reason. */
    static List<LoginCheck> of(
            LoginQuestion question, Optional<User> listed, Optional<UserToken> token) {
        if (listed.isEmpty()) {
            return List.of(
                    new LoginCheck(
                            "listed",
                            false,
                            "nobody of this name in users.yaml",
                            Reason.NO_AUTHENTICATOR));
        }
        User user = listed.get();
        List<LoginCheck> checks = new ArrayList<>();
        checks.add(new LoginCheck("listed", true, "in users.yaml", Reason.NO_AUTHENTICATOR));
        checks.add(credential(question, user));
        for (UserLimit limit : UserLimit.values()) {
            boolean refuses =
                    limit.refuses(
                            user,
                            token,
                            question.now(),
                            question.address(),
                            Optional.of(question.connection()));
            String detail = detail(limit, question, user, token);
            checks.add(
                    new LoginCheck(
                            limit.name().toLowerCase(Locale.ROOT),
                            !refuses,
                            detail,
                            reason(limit.rejection())));
        }
        return List.copyOf(checks);
    }

    private static LoginCheck credential(LoginQuestion question, User user) {
        List<String> has =
                Stream.of(
                                user.password().map(_ -> "a password"),
                                user.tokens().isEmpty()
                                        ? Optional.<String>empty()
                                        : Optional.of(
                                                CheckReport.counted(user.tokens().size(), "token")),
                                user.nkeys().isEmpty()
                                        ? Optional.<String>empty()
                                        : Optional.of(
                                                CheckReport.counted(user.nkeys().size(), "nkey")))
                        .flatMap(Optional::stream)
                        .toList();
        boolean fits = question.credential().map(kind -> has(user, kind)).orElse(!has.isEmpty());
        String asked = question.credential().map(kind -> ", asked for: " + kind.word()).orElse("");
        return new LoginCheck(
                "credential",
                fits,
                "has " + (has.isEmpty() ? "none" : String.join(", ", has)) + (fits ? "" : asked),
                // A name without such a credential is refused like a wrong one.
                question.credential().filter(LoginCheck::isForeign).isPresent()
                        ? Reason.NO_AUTHENTICATOR
                        : Reason.BAD_CREDENTIAL);
    }

    private static boolean isForeign(CredentialKind kind) {
        return kind != CredentialKind.PASSWORD;
    }

    private static boolean has(User user, CredentialKind kind) {
        return switch (kind) {
            case PASSWORD -> user.password().isPresent();
            case TOKEN -> !user.tokens().isEmpty();
            case NKEY -> !user.nkeys().isEmpty();
            case CERTIFICATE, SESSION, NONE -> false;
        };
    }

    private static String detail(
            UserLimit limit, LoginQuestion question, User user, Optional<UserToken> token) {
        return switch (limit) {
            case ENABLED -> user.disabled() ? "disabled: true" : "not disabled";
            case EXPIRY ->
                    user.notAfter(token)
                            .map(end -> "ends " + end)
                            .map(text ->
                                    text + token.map(it -> " (token " + it.id() + ")").orElse(""))
                            .orElse("never expires");
            case NETWORKS ->
                    user.networks().isEmpty()
                            ? "from anywhere"
                            : "from %s; is from %s"
                                    .formatted(
                                            listed(user.networks().stream().map(Cidr::toString)),
                                            question.address().isEmpty()
                                                    ? "nowhere (no --address)"
                                                    : question.address());
            case CONNECTIONS ->
                    user.connectionTypes().isEmpty()
                            ? "in any way"
                            : "by %s; is by %s"
                                    .formatted(
                                            listed(
                                                    user.connectionTypes().stream()
                                                            .map(ConnectionType::word)),
                                            question.connection().word());
        };
    }

    private static String listed(Stream<String> words) {
        return words.sorted().collect(Collectors.joining(", "));
    }

    private static Reason reason(Rejection rejection) {
        return switch (rejection) {
            case BAD_CREDENTIAL -> Reason.BAD_CREDENTIAL;
            case EXPIRED_CREDENTIAL -> Reason.EXPIRED_CREDENTIAL;
            case ADDRESS_NOT_ALLOWED -> Reason.ADDRESS_NOT_ALLOWED;
            case CONNECTION_TYPE_NOT_ALLOWED -> Reason.CONNECTION_TYPE_NOT_ALLOWED;
        };
    }
}
