// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads user, account and operator JWTs that others (or we) have signed: for sentinels, for clients
 * that present a NATS user JWT, and for {@code doctor}. Checks form and signature; whom to trust
 * and what is timely is the caller's decision. Unknown members are ignored. Thread-safe.
 */
public final class JwtReader {
    private static final Set<NKeyType> ACCOUNT = Set.of(NKeyType.ACCOUNT);
    private static final Set<NKeyType> OPERATOR = Set.of(NKeyType.OPERATOR);
    private static final Set<NKeyType> EITHER = Set.of(NKeyType.ACCOUNT, NKeyType.OPERATOR);

    private final Ed25519 ed25519;

    public JwtReader(Ed25519 ed25519) {
        this.ed25519 = ed25519;
    }

    /**
     * Reads a user JWT.
     *
     * @throws InvalidJwt if it is none, or its signature is not its issuer's
     */
    public SignedUser readUser(byte[] jwt) throws InvalidJwt {
        SplitJwt token = SplitJwt.of(jwt);
        UserBody body = new UserBody();
        Registered claims = Registered.read(token, body);
        NKey issuer = claims.verify(token, ed25519, "user", ACCOUNT);
        UserClaims user =
                new UserClaims(
                        claims.subject(NKeyType.USER),
                        claims.name(),
                        body.permissions.isBlank()
                                ? Optional.empty()
                                : Optional.of(body.permissions.permissions()),
                        claims.issuedAt(),
                        claims.expires(),
                        body.tags,
                        body.bearer);
        Optional<NKey> issuerAccount =
                body.issuerAccount.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                KeyTypes.parse(
                                        "nats.issuer_account",
                                        body.issuerAccount,
                                        NKeyType.ACCOUNT));
        return new SignedUser(
                user,
                issuer,
                issuerAccount,
                claims.audience(),
                claims.notBefore(),
                body.sources,
                body.connectionTypes,
                body.daytimes);
    }

    /**
     * Reads an account JWT; what {@link AccountClaims} does not know is left out.
     *
     * @throws InvalidJwt if it is none, or its signature is not its issuer's
     */
    public SignedAccount readAccount(byte[] jwt) throws InvalidJwt {
        SplitJwt token = SplitJwt.of(jwt);
        AccountBody body = new AccountBody();
        Registered claims = Registered.read(token, body);
        NKey issuer = claims.verify(token, ed25519, "account", EITHER);
        return new SignedAccount(
                body.claims(claims), issuer, claims.notBefore(), body.revocations());
    }

    /**
     * Reads an operator JWT.
     *
     * @throws InvalidJwt if it is none, or its signature is not its issuer's
     */
    public SignedOperator readOperator(byte[] jwt) throws InvalidJwt {
        SplitJwt token = SplitJwt.of(jwt);
        OperatorBody body = new OperatorBody();
        Registered claims = Registered.read(token, body);
        NKey issuer = claims.verify(token, ed25519, "operator", OPERATOR);
        Optional<NKey> systemAccount =
                body.systemAccount.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                KeyTypes.parse(
                                        "nats.system_account",
                                        body.systemAccount,
                                        NKeyType.ACCOUNT));
        OperatorClaims operator =
                new OperatorClaims(
                        claims.subject(NKeyType.OPERATOR),
                        claims.name(),
                        claims.issuedAt(),
                        claims.expires(),
                        KeyTypes.parse("nats.signing_keys", body.keys, NKeyType.OPERATOR),
                        body.accountServer,
                        body.services,
                        systemAccount,
                        body.strict,
                        body.tags);
        return new SignedOperator(operator, issuer, claims.notBefore());
    }

    private static final class UserBody implements Registered.Body {
        private final PermissionsReader permissions = new PermissionsReader();
        private String issuerAccount = "";
        private List<String> tags = List.of();
        private List<String> sources = List.of();
        private List<String> connectionTypes = List.of();
        private boolean bearer;
        private boolean daytimes;

        @Override
        public void read(String name, JsonReader json) throws InvalidJwt {
            if (permissions.read(name, json)) {
                return;
            }
            switch (name) {
                case "issuer_account" -> issuerAccount = json.text("nats.issuer_account");
                case "tags" -> tags = json.texts("nats.tags");
                case "src" -> sources = json.textsOrCommas("nats.src");
                case "allowed_connection_types" ->
                        connectionTypes = json.texts("nats.allowed_connection_types");
                case "bearer_token" -> bearer = json.flag("nats.bearer_token");
                case "times" -> daytimes = json.count("nats.times") > 0;
                default -> json.skip();
            }
        }
    }

    private static final class OperatorBody implements Registered.Body {
        private List<String> keys = List.of();
        private String accountServer = "";
        private List<String> services = List.of();
        private String systemAccount = "";
        private boolean strict;
        private List<String> tags = List.of();

        @Override
        public void read(String name, JsonReader json) throws InvalidJwt {
            switch (name) {
                case "signing_keys" -> keys = json.texts("nats.signing_keys");
                case "account_server_url" -> accountServer = json.text("nats.account_server_url");
                case "operator_service_urls" -> services = json.texts("nats.operator_service_urls");
                case "system_account" -> systemAccount = json.text("nats.system_account");
                case "strict_signing_key_usage" ->
                        strict = json.flag("nats.strict_signing_key_usage");
                case "tags" -> tags = json.texts("nats.tags");
                default -> json.skip();
            }
        }
    }
}
