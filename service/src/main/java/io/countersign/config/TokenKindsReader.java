// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.config.AuthenticatorKind.Claims;
import io.countersign.config.AuthenticatorKind.KeyFetching;
import io.countersign.config.AuthenticatorKind.KeySource;
import io.countersign.config.AuthenticatorKind.KubernetesWay;
import io.countersign.config.AuthenticatorKind.Place;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads authenticators whose credentials are tokens of somebody else. */
final class TokenKindsReader {
    private static final List<String> ALGORITHMS = List.of("RS256", "PS256", "ES256", "EdDSA");
    private static final List<Place> ANYWHERE = List.of(Place.values());
    private static final KeyFetching FETCHING =
            new KeyFetching(Duration.ofMinutes(15), Duration.ofSeconds(10), Duration.ofHours(24));

    private final Folder folder;
    private final SecretReader secrets;
    private final TlsReader tls;

    TokenKindsReader(Folder folder, SecretReader secrets) {
        this.folder = folder;
        this.secrets = secrets;
        this.tls = new TlsReader(folder, secrets);
    }

    Optional<AuthenticatorKind> oidc(ConfigReader at) {
        // Only judged here: tokens name their issuer by the very text.
        var _ = WebAddress.read(at.key("issuer"), "https");
        Optional<KeySource> keys = keys(at, new KeySource.Discovery());
        List<String> algorithms = at.key("algorithms").texts();
        Duration skew =
                at.key("clock-skew")
                        .duration(Duration.ofSeconds(30), Duration.ZERO, Duration.ofMinutes(5));
        KeyFetching fetching = fetching(at);
        Optional<NatsConfig.Tls> security = tls.read(at.key("tls"));
        return at.build(() ->
                new AuthenticatorKind.Oidc(
                        at.key("issuer").text().orElseThrow(),
                        at.key("audiences").texts(),
                        keys.orElseThrow(),
                        algorithms.isEmpty() ? ALGORITHMS : algorithms,
                        places(at.key("from"), ANYWHERE),
                        claims(at, "sub"),
                        skew,
                        fetching,
                        security));
    }

    private static KeyFetching fetching(ConfigReader at) {
        return new KeyFetching(
                at.key("refresh")
                        .duration(FETCHING.refresh(), Duration.ofMinutes(1), Duration.ofHours(24)),
                at.key("refresh-pause")
                        .duration(FETCHING.pause(), Duration.ofSeconds(1), Duration.ofMinutes(10)),
                at.key("keep-keys")
                        .duration(FETCHING.keep(), Duration.ofMinutes(1), Duration.ofDays(30)));
    }

    private Optional<KeySource> keys(ConfigReader at, KeySource otherwise) {
        ConfigReader url = at.key("jwks");
        ConfigReader file = at.key("jwks-file");
        if (url.isSound() && file.isSound()) {
            file.refuse("there is a jwks, too (expected: one or the other)");
        }
        if (file.isPresent()) {
            return existing(file, folder).map(KeySource.File::new);
        }
        return url.isPresent()
                ? WebAddress.read(url, "https").map(KeySource.Url::new)
                : Optional.of(otherwise);
    }

    static Optional<Path> existing(ConfigReader at, Folder folder) {
        Optional<Path> file = at.file(folder);
        if (file.isPresent() && !Files.isRegularFile(file.get())) {
            return at.refuseValue("does not exist");
        }
        return file;
    }

    private static Claims claims(ConfigReader at, String name) {
        Map<String, String> attributes = new LinkedHashMap<>();
        at.key("attributes")
                .entries()
                .forEach((key, it) -> it.text().ifPresent(claim -> attributes.put(key, claim)));
        Map<String, List<String>> require = new LinkedHashMap<>();
        at.key("require").entries().forEach((claim, it) -> require.put(claim, it.texts()));
        return new Claims(
                at.key("name").text(name), at.key("groups").text("groups"), attributes, require);
    }

    private static List<Place> places(ConfigReader at, List<Place> otherwise) {
        List<Place> places =
                at.texts().stream().flatMap(it -> Words.find(Place.class, it).stream()).toList();
        return places.isEmpty() ? otherwise : places;
    }

    Optional<AuthenticatorKind> introspection(ConfigReader at) {
        Optional<URI> url = WebAddress.read(at.key("url"), "https");
        Optional<SecretSource> secret = secrets.read(at.key("client-secret"));
        Optional<NatsConfig.Tls> security = tls.read(at.key("tls"));
        boolean isElsewhere =
                places(at.key("from"), List.of(Place.TOKEN)).stream()
                        .anyMatch(it -> it != Place.TOKEN);
        if (isElsewhere && at.isSound() && !at.key("prefix").isPresent()) {
            at.key("from")
                    .refuse(
                            "would send everybody's password to the endpoint (expected: token"
                                    + " alone, or a prefix)");
        }
        return at.build(() ->
                new AuthenticatorKind.Introspection(
                        url.orElseThrow(),
                        at.key("client-id").text().orElseThrow(),
                        secret.orElseThrow(),
                        at.key("audiences").texts(),
                        places(at.key("from"), List.of(Place.TOKEN)),
                        at.key("prefix").text(""),
                        claims(at, "sub"),
                        security));
    }

    Optional<AuthenticatorKind> kubernetes(ConfigReader at) {
        Optional<SecretSource> token = secrets.read(at.key("token"));
        Optional<NatsConfig.Tls> security = tls.read(at.key("tls"));
        ConfigReader server = at.key("api-server");
        Optional<KubernetesWay> way = server.isPresent() ? review(at, token) : offline(at, token);
        return at.build(() ->
                new AuthenticatorKind.Kubernetes(
                        at.key("audiences").texts(),
                        way.orElseThrow(),
                        places(at.key("from"), ANYWHERE),
                        security));
    }

    private static Optional<KubernetesWay> review(ConfigReader at, Optional<SecretSource> token) {
        for (String key : List.of("issuer", "jwks", "jwks-file")) {
            if (at.key(key).isSound()) {
                at.key(key).refuse("the api-server is asked (expected: one or the other)");
            }
        }
        if (at.isSound() && token.isEmpty()) {
            at.key("token").refuse("missing (expected: a service-account token that may review)");
        }
        return WebAddress.read(at.key("api-server"), "https")
                .flatMap(url -> token.map(it -> new KubernetesWay.Review(url, it)));
    }

    private Optional<KubernetesWay> offline(ConfigReader at, Optional<SecretSource> token) {
        if (at.isSound() && !at.key("issuer").isPresent()) {
            at.refuse("nobody to ask (expected: api-server, or issuer with its keys)");
        }
        Optional<KeySource> keys = keys(at, new KeySource.Discovery());
        return at.key("issuer")
                .text()
                .flatMap(issuer -> keys.map(it -> new KubernetesWay.Offline(issuer, it, token)));
    }
}
