// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The settings of one instance: {@code countersign.yaml}, complete and free of contradictions.
 * Immutable. Secrets are still where they were; see {@link SecretSource}.
 *
 * @param instance name of this instance
 * @param cluster name that all instances share; audience of admin requests
 * @param policy the policy file
 * @param shadowPolicy a policy that is only asked what it would decide
 * @param users the file of users, if there is one
 * @param authenticators asked after the users file, in this order
 * @param telemetry metrics and health
 * @param clusterNetwork empty for a single instance
 * @param admins who may send admin requests
 * @param throttles empty for the defaults; a list may be empty too, for none
 */
public record ServiceConfig(
        String instance,
        String cluster,
        Mode mode,
        NatsConfig nats,
        Keys keys,
        Path policy,
        Optional<Path> shadowPolicy,
        Optional<Path> users,
        List<AuthenticatorConfig> authenticators,
        Limits limits,
        WhenUnable whenUnable,
        AcceptServers acceptServers,
        PasswordCache passwordCache,
        Audit audit,
        TelemetryConfig telemetry,
        Optional<ClusterNetwork> clusterNetwork,
        List<Admin> admins,
        Optional<List<ThrottleConfig>> throttles) {
    public ServiceConfig {
        authenticators = List.copyOf(authenticators);
        admins = List.copyOf(admins);
        throttles = throttles.map(List::copyOf);
    }

    /** Names by which a policy can call who proved an identity. */
    public Set<String> sources() {
        Set<String> names = new LinkedHashSet<>(Set.of(UsersFile.SOURCE));
        authenticators.forEach(it -> names.add(it.name()));
        return names;
    }

    /**
     * Keys of the service, newest first; all of a kind are in use.
     *
     * @param xkeys curve seeds; none means that requests and answers are not sealed
     * @param issuers account keys: the servers' issuers (static), or keys of the callout account
     * @param clusterSecret what all instances share; other keys are derived from it
     * @param otherClusterSecrets what was signed with one of these counts, too, while it changes
     * @param fingerprintSecret from which fingerprints are derived instead
     */
    public record Keys(
            List<SecretSource> xkeys,
            List<SigningKey> issuers,
            Optional<SecretSource> clusterSecret,
            List<SecretSource> otherClusterSecrets,
            Optional<SecretSource> fingerprintSecret) {
        public Keys {
            xkeys = List.copyOf(xkeys);
            issuers = List.copyOf(issuers);
            otherClusterSecrets = List.copyOf(otherClusterSecrets);
            if (issuers.isEmpty()) {
                throw new IllegalArgumentException("issuers: none (expected: >= 1)");
            }
        }

        /** From which fingerprints of credentials are derived. */
        public Optional<SecretSource> fingerprints() {
            return fingerprintSecret.or(() -> clusterSecret);
        }

        public boolean isSealed() {
            return !xkeys.isEmpty();
        }
    }

    /**
     * How much work is taken on.
     *
     * @param queue requests that may wait
     * @param concurrency requests worked on at the same time
     * @param deadline from the arrival of a request to its answer
     * @param clockSkew between servers and us
     */
    public record Limits(int queue, int concurrency, Duration deadline, Duration clockSkew) {
        public Limits {
            if (queue < 1 || concurrency < 1) {
                throw new IllegalArgumentException(
                        "limits: " + queue + ", " + concurrency + " (expected: >= 1)");
            }
            if (!deadline.isPositive() || clockSkew.isNegative()) {
                throw new IllegalArgumentException(
                        "limits: " + deadline + ", " + clockSkew + " (expected: > 0, >= 0)");
            }
        }
    }

    /** What a client gets when the fault is ours. */
    public enum WhenUnable {
        /** Nothing: it times out and tries again. */
        SILENT,
        /** A refusal at once. */
        DENY
    }

    /** Whose requests are answered. */
    public enum AcceptServers {
        /** Those of servers that the system account knows. */
        KNOWN,
        /** All that are well signed. */
        ANY
    }

    /**
     * Verified passwords in memory.
     *
     * @param entries 0 turns it off
     */
    public record PasswordCache(int entries, Duration lifetime) {
        public PasswordCache {
            if (entries < 0 || !lifetime.isPositive()) {
                throw new IllegalArgumentException(
                        "password cache: " + entries + ", " + lifetime + " (expected: >= 0, > 0)");
            }
        }
    }

    /**
     * The audit trail of this instance.
     *
     * @param spool entries that may wait in memory while the disk cannot be written; 0: none, and
     *     nobody gets in
     * @param witness how often, at most, it co-signs each log of another instance; empty: never
     * @param sinks systems that get its entries, too
     */
    public record Audit(
            Path directory,
            Durability durability,
            int spool,
            Retention retention,
            Stream stream,
            Optional<Duration> witness,
            List<SinkConfig> sinks) {
        public Audit {
            sinks = List.copyOf(sinks);
        }
    }

    /**
     * How long bodies of decisions and verdicts stay on this machine.
     *
     * @param age empty: for ever
     * @param bytes empty: no limit
     */
    public record Retention(Optional<Duration> age, OptionalLong bytes) {}

    /**
     * The stream that trails are relayed to.
     *
     * @param replicas empty: as many as the servers are good for
     * @param maxAge empty: for ever
     * @param maxBytes empty: no limit
     * @param create whether it is made when it is not there
     * @param update whether replicas and retention of an existing one are changed
     */
    public record Stream(
            OptionalInt replicas,
            Optional<Duration> maxAge,
            OptionalLong maxBytes,
            boolean create,
            boolean update) {}

    /** When an answer may leave. */
    public enum Durability {
        /** The entry is on this machine's disk. */
        LOCAL,
        /** JetStream has it too. */
        REPLICATED,
        /** At once; a crash can lose entries. */
        ASYNC
    }

    /** Host name or address, and port (0: any free one). */
    public record ListenAddress(String host, int port) {
        public ListenAddress {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
            }
        }
    }

    /**
     * Loads a file.
     *
     * @throws ConfigInvalid with every problem in it
     */
    public static ServiceConfig load(Path file, Surroundings surroundings) {
        Problems problems = new Problems();
        Optional<ServiceConfig> config = read(file, surroundings, problems);
        problems.throwIfAny();
        return config.orElseThrow();
    }

    /** Reads a file as one of several whose problems are reported together; empty if it has any. */
    public static Optional<ServiceConfig> read(
            Path file, Surroundings surroundings, Problems problems) {
        return YamlFile.read(file, problems)
                .flatMap(yaml -> of(yaml, surroundings, problems, schema()));
    }

    static ConfigSchema schema() {
        return ConfigSchema.of(ConfigSchema.Kind.COUNTERSIGN);
    }

    static Optional<ServiceConfig> of(
            YamlFile yaml, Surroundings surroundings, Problems problems, ConfigSchema schema) {
        schema.check(yaml, problems);
        return new ServiceConfigReader(ConfigReader.of(yaml, problems), surroundings).read();
    }
}
