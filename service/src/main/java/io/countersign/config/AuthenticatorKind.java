// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What an authenticator is, with its settings. Secrets are still where they were. */
public sealed interface AuthenticatorKind {
    /** Its key in the file. */
    String word();

    /** Files that its behaviour depends on, besides secrets and TLS. */
    default List<Path> files() {
        return List.of();
    }

    /** Secrets by their keys below {@link #word}. */
    default Map<String, SecretSource> secrets() {
        return Map.of();
    }

    /** TLS towards its backend, if it says anything about it. */
    default Optional<NatsConfig.Tls> tls() {
        return Optional.empty();
    }

    /** All files that it is made of, secrets among them where they are files. */
    default Stream<Path> allFiles() {
        Stream<Path> secured =
                tls().stream()
                        .flatMap(it ->
                                Stream.concat(
                                        it.ca().stream(),
                                        it.client().stream()
                                                .map(NatsConfig.ClientCertificate::certificate)));
        return Stream.concat(files().stream(), secured);
    }

    /** All secrets, the key of a client certificate among them. */
    default Stream<SecretSource> allSecrets() {
        return Stream.concat(
                secrets().values().stream(),
                tls()
                        .flatMap(NatsConfig.Tls::client)
                        .map(NatsConfig.ClientCertificate::key)
                        .stream());
    }

    /** Whether it asks something that can be slow or away. */
    default boolean isRemote() {
        return true;
    }

    /**
     * Whether it looks after its own pauses. A breaker would let strangers, with tokens of keys
     * that nobody has, keep everybody else out.
     */
    default boolean paces() {
        return false;
    }

    /** Where a client may put a token. */
    enum Place {
        TOKEN,
        PASSWORD,
        JWT
    }

    /**
     * What becomes of the claims of a token.
     *
     * @param name claim with the principal's name
     * @param groups claim with the groups
     * @param attributes attribute → claim
     * @param require claim → accepted values; one of each must be there
     */
    record Claims(
            String name,
            String groups,
            Map<String, String> attributes,
            Map<String, List<String>> require) {
        public Claims {
            attributes = Map.copyOf(attributes);
            require = Map.copyOf(require);
        }
    }

    /** Where the keys of an issuer are. */
    sealed interface KeySource {
        /** Named by the issuer's discovery document. */
        record Discovery() implements KeySource {}

        record Url(URI url) implements KeySource {}

        record File(Path path) implements KeySource {}
    }

    /**
     * How keys are fetched.
     *
     * @param refresh how old they get
     * @param pause between two fetches, whatever tokens come
     * @param keep how long they are used while nobody gives newer ones
     */
    record KeyFetching(Duration refresh, Duration pause, Duration keep) {}

    /** Tokens of an OpenID provider, or of whoever signs JWTs. */
    record Oidc(
            String issuer,
            List<String> audiences,
            KeySource keys,
            List<String> algorithms,
            List<Place> from,
            Claims claims,
            Duration clockSkew,
            KeyFetching fetching,
            Optional<NatsConfig.Tls> tls)
            implements AuthenticatorKind {
        public Oidc {
            audiences = List.copyOf(audiences);
            algorithms = List.copyOf(algorithms);
            from = List.copyOf(from);
        }

        @Override
        public String word() {
            return "oidc";
        }

        @Override
        public boolean paces() {
            return true;
        }

        @Override
        public List<Path> files() {
            return keys instanceof KeySource.File(Path path) ? List.of(path) : List.of();
        }
    }

    /** Which part of a certificate names its owner. */
    enum CertificateName {
        SPIFFE,
        URI,
        DNS,
        EMAIL,
        COMMON_NAME,
        SUBJECT
    }

    /** Which parts of a subject are groups. */
    enum SubjectGroups {
        ORGANIZATIONAL_UNIT,
        ORGANIZATION
    }

    /**
     * Client certificates that a server verified.
     *
     * @param issuers PEM files; one of them must be in the chain. Empty: whomever the server trusts
     * @param trustDomains of SPIFFE ids; empty: any
     */
    record Certificate(
            CertificateName name,
            List<Path> issuers,
            List<String> trustDomains,
            List<SubjectGroups> groups)
            implements AuthenticatorKind {
        public Certificate {
            issuers = List.copyOf(issuers);
            trustDomains = List.copyOf(trustDomains);
            groups = List.copyOf(groups);
        }

        @Override
        public String word() {
            return "certificate";
        }

        @Override
        public List<Path> files() {
            return issuers;
        }

        @Override
        public boolean isRemote() {
            return false;
        }
    }

    /** What names the owner of a NATS user JWT. */
    enum NatsName {
        NAME,
        SUBJECT
    }

    /**
     * User JWTs of NATS accounts.
     *
     * @param accounts public keys that may issue
     * @param operators whose account JWTs are believed
     * @param accountJwts files with account JWTs, for signing keys and revocations
     * @param bearer whether a JWT alone is enough if it says so
     */
    record NatsJwt(
            List<String> accounts,
            List<String> operators,
            List<Path> accountJwts,
            boolean bearer,
            NatsName name)
            implements AuthenticatorKind {
        public NatsJwt {
            accounts = List.copyOf(accounts);
            operators = List.copyOf(operators);
            accountJwts = List.copyOf(accountJwts);
        }

        @Override
        public String word() {
            return "nats-jwt";
        }

        @Override
        public List<Path> files() {
            return accountJwts;
        }

        @Override
        public boolean isRemote() {
            return false;
        }
    }

    /** A table of users. */
    record Sql(
            String jdbc,
            String user,
            Optional<SecretSource> password,
            String query,
            String tokenQuery,
            int connections)
            implements AuthenticatorKind {
        @Override
        public String word() {
            return "sql";
        }

        @Override
        public Map<String, SecretSource> secrets() {
            return named("password", password);
        }
    }

    /**
     * Where the groups of a user are in a directory.
     *
     * @param memberOf attribute of the user with the DNs of groups; empty: not there
     * @param base below which groups are searched; empty: not searched
     * @param nested levels of groups in groups
     */
    record LdapGroups(String memberOf, String base, String filter, String name, int nested) {}

    /** A directory. */
    record Ldap(
            List<URI> urls,
            boolean startTls,
            Optional<NatsConfig.Tls> tls,
            String bindDn,
            Optional<SecretSource> password,
            String base,
            String filter,
            String name,
            LdapGroups groups,
            Map<String, String> attributes,
            int connections)
            implements AuthenticatorKind {
        public Ldap {
            urls = List.copyOf(urls);
            attributes = Map.copyOf(attributes);
        }

        @Override
        public String word() {
            return "ldap";
        }

        @Override
        public Map<String, SecretSource> secrets() {
            return named("password", password);
        }
    }

    /** Kinds of credentials that a webhook is asked about. */
    enum Asked {
        PASSWORD,
        TOKEN,
        NKEY,
        CERTIFICATE
    }

    /**
     * Somebody's own service.
     *
     * @param retry whether a question whose answer was lost may be asked again
     */
    record Webhook(
            URI url,
            SecretSource secret,
            List<Asked> credentials,
            boolean retry,
            Optional<NatsConfig.Tls> tls)
            implements AuthenticatorKind {
        public Webhook {
            credentials = List.copyOf(credentials);
        }

        @Override
        public String word() {
            return "webhook";
        }

        @Override
        public Map<String, SecretSource> secrets() {
            return Map.of("secret", secret);
        }
    }

    /** Opaque tokens that their issuer explains (RFC 7662). */
    record Introspection(
            URI url,
            String clientId,
            SecretSource clientSecret,
            List<String> audiences,
            List<Place> from,
            String prefix,
            Claims claims,
            Optional<NatsConfig.Tls> tls)
            implements AuthenticatorKind {
        public Introspection {
            audiences = List.copyOf(audiences);
            from = List.copyOf(from);
        }

        @Override
        public String word() {
            return "introspection";
        }

        @Override
        public Map<String, SecretSource> secrets() {
            return Map.of("client-secret", clientSecret);
        }
    }

    /** How service-account tokens are judged. */
    sealed interface KubernetesWay {
        /** By the API server. */
        record Review(URI apiServer, SecretSource token) implements KubernetesWay {}

        /** By the cluster's public keys. */
        record Offline(String issuer, KeySource keys, Optional<SecretSource> token)
                implements KubernetesWay {}
    }

    /** Service accounts of a Kubernetes cluster. */
    record Kubernetes(
            List<String> audiences,
            KubernetesWay way,
            List<Place> from,
            Optional<NatsConfig.Tls> tls)
            implements AuthenticatorKind {
        public Kubernetes {
            audiences = List.copyOf(audiences);
            from = List.copyOf(from);
        }

        @Override
        public String word() {
            return "kubernetes";
        }

        @Override
        public boolean paces() {
            return way instanceof KubernetesWay.Offline;
        }

        @Override
        public List<Path> files() {
            return way instanceof KubernetesWay.Offline(var _, KeySource.File(Path path), var _)
                    ? List.of(path)
                    : List.of();
        }

        @Override
        public Map<String, SecretSource> secrets() {
            return switch (way) {
                case KubernetesWay.Review(var _, var token) -> Map.of("token", token);
                case KubernetesWay.Offline(var _, var _, var token) -> named("token", token);
            };
        }
    }

    /**
     * Somebody's own code.
     *
     * @param jar empty: on our class path
     * @param type which of the plug-ins in it
     */
    record Plugin(
            Optional<Path> jar,
            String type,
            Map<String, String> settings,
            Map<String, SecretSource> pluginSecrets)
            implements AuthenticatorKind {
        public Plugin {
            settings = Map.copyOf(settings);
            pluginSecrets = Map.copyOf(pluginSecrets);
        }

        @Override
        public String word() {
            return "plugin";
        }

        @Override
        public List<Path> files() {
            return jar.stream().toList();
        }

        @Override
        public Map<String, SecretSource> secrets() {
            Map<String, SecretSource> all = new LinkedHashMap<>();
            pluginSecrets.forEach((name, source) -> all.put("secrets." + name, source));
            return all;
        }
    }

    private static Map<String, SecretSource> named(String key, Optional<SecretSource> source) {
        return source.map(it -> Map.of(key, it)).orElse(Map.of());
    }
}
