// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.config.AuthenticatorKind.Asked;
import io.countersign.config.AuthenticatorKind.LdapGroups;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads authenticators that hand a credential to somebody who knows. */
final class BackendKindsReader {
    private static final List<Asked> USUAL = List.of(Asked.PASSWORD, Asked.TOKEN);

    private final Folder folder;
    private final SecretReader secrets;
    private final TlsReader tls;

    BackendKindsReader(Folder folder, SecretReader secrets) {
        this.folder = folder;
        this.secrets = secrets;
        this.tls = new TlsReader(folder, secrets);
    }

    Optional<AuthenticatorKind> sql(ConfigReader at) {
        Optional<SecretSource> password = secrets.read(at.key("password"));
        String query = at.key("query").text("");
        String tokenQuery = at.key("token-query").text("");
        if (at.isSound() && query.isEmpty() && tokenQuery.isEmpty()) {
            at.refuse("asks nothing (expected: query, token-query or both)");
        }
        if (at.key("query").isSound() && !query.contains(":name")) {
            at.key("query").refuse("does not ask for a user (expected: :name in it)");
        }
        if (at.key("token-query").isSound() && !tokenQuery.contains(":token")) {
            at.key("token-query").refuse("does not ask for a token (expected: :token in it)");
        }
        int connections = at.key("connections").integer(4);
        return at.build(() ->
                new AuthenticatorKind.Sql(
                        at.key("jdbc").text().orElseThrow(),
                        at.key("user").text(""),
                        password,
                        query,
                        tokenQuery,
                        connections));
    }

    Optional<AuthenticatorKind> ldap(ConfigReader at) {
        boolean startTls = at.key("start-tls").flag(false);
        List<URI> urls =
                at.key("urls").items().stream()
                        .flatMap(it ->
                                (startTls ? it.value(URI::create) : WebAddress.read(it, "ldaps"))
                                        .stream())
                        .toList();
        if (startTls && urls.stream().anyMatch(url -> "ldaps".equals(url.getScheme()))) {
            at.key("start-tls").refuse("true, but ldaps:// has TLS already (expected: ldap://)");
        }
        Optional<NatsConfig.Tls> security = tls.read(at.key("tls"));
        Optional<SecretSource> password = secrets.read(at.key("password"));
        if (at.key("filter").isSound() && !at.key("filter").text("").contains("{name}")) {
            at.key("filter").refuse("does not ask for a user (expected: {name} in it)");
        }
        int connections = at.key("connections").integer(4);
        LdapGroups groups = groups(at.key("groups"));
        return at.build(() ->
                new AuthenticatorKind.Ldap(
                        urls,
                        startTls,
                        security,
                        at.key("bind-dn").text(""),
                        password,
                        at.key("base").text().orElseThrow(),
                        at.key("filter").text("(uid={name})"),
                        at.key("name").text("uid"),
                        groups,
                        texts(at.key("attributes")),
                        connections));
    }

    private static LdapGroups groups(ConfigReader at) {
        return new LdapGroups(
                at.key("member-of").text(""),
                at.key("base").text(""),
                at.key("filter").text("(member={dn})"),
                at.key("name").text("cn"),
                at.key("nested").integer(0));
    }

    Optional<AuthenticatorKind> webhook(ConfigReader at) {
        Optional<URI> url = WebAddress.read(at.key("url"), "https");
        Optional<SecretSource> secret = secrets.read(at.key("secret"));
        List<Asked> asked =
                at.key("credentials").texts().stream()
                        .flatMap(it -> Words.find(Asked.class, it).stream())
                        .toList();
        boolean retry = at.key("retry").flag(false);
        Optional<NatsConfig.Tls> security = tls.read(at.key("tls"));
        return at.build(() ->
                new AuthenticatorKind.Webhook(
                        url.orElseThrow(),
                        secret.orElseThrow(),
                        asked.isEmpty() ? USUAL : asked,
                        retry,
                        security));
    }

    Optional<AuthenticatorKind> plugin(ConfigReader at) {
        Optional<Path> jar = TokenKindsReader.existing(at.key("jar"), folder);
        Map<String, SecretSource> named = new LinkedHashMap<>();
        at.key("secrets")
                .entries()
                .forEach((key, it) -> secrets.read(it).ifPresent(source -> named.put(key, source)));
        return at.build(() ->
                new AuthenticatorKind.Plugin(
                        jar,
                        at.key("type").text().orElseThrow(),
                        texts(at.key("settings")),
                        named));
    }

    private static Map<String, String> texts(ConfigReader mapping) {
        Map<String, String> all = new LinkedHashMap<>();
        mapping.entries().forEach((key, it) -> it.text().ifPresent(text -> all.put(key, text)));
        return all;
    }
}
