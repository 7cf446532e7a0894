// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.callout.SigningKeys;
import io.countersign.config.ConfigOutline;
import io.countersign.config.KeyPath;
import io.countersign.config.Login;
import io.countersign.config.Mode;
import io.countersign.config.NatsConfig;
import io.countersign.config.Problems;
import io.countersign.config.SecretSource;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.SigningKey;
import io.countersign.config.SinkConfig;
import io.countersign.config.TelemetryConfig;
import io.countersign.config.TlsFiles;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.protocol.CredsFile;
import io.countersign.protocol.InvalidJwt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Opens every secret that a configuration names, sees whether it is what it should be there, and
 * forgets it. Used once.
 */
final class OpenedSecrets {
    private static final KeyPath KEYS = KeyPath.ROOT.key("keys");
    private static final KeyPath NATS = KeyPath.ROOT.key("nats");

    private final Secrets secrets;
    private final SigningKeys signing;
    private final ConfigOutline outline;
    private final Problems problems;
    private final List<String> elsewhere = new ArrayList<>();
    private int opened;

    OpenedSecrets(Secrets secrets, ConfigOutline outline, Problems problems) {
        this.secrets = secrets;
        this.signing = new SigningKeys(Ed25519.best(), secrets);
        this.outline = outline;
        this.problems = problems;
    }

    /** How many were good. */
    int open(ServiceConfig config) {
        seeds(KEYS.key("xkeys"), config.keys().xkeys(), NKeyType.CURVE);
        signers(KEYS.key("issuers"), config.keys().issuers());
        config.keys().clusterSecret().ifPresent(source -> text(KEYS.key("cluster-secret"), source));
        List<SecretSource> others = config.keys().otherClusterSecrets();
        for (int i = 0; i < others.size(); i++) {
            text(KEYS.key("other-cluster-secrets").index(i), others.get(i));
        }
        config.keys()
                .fingerprintSecret()
                .ifPresent(source -> text(KEYS.key("fingerprint-secret"), source));
        switch (config.mode()) {
            case Mode.Operator operator -> accounts(operator);
            case Mode.Static _ -> {}
        }
        nats(config.nats());
        sinks(config.audit().sinks());
        config.telemetry().traces().ifPresent(this::traces);
        return opened;
    }

    private void accounts(Mode.Operator mode) {
        publicKey(KEYS.key("callout-account"), mode.calloutAccount());
        mode.accounts()
                .forEach((name, account) -> {
                    KeyPath at = KeyPath.ROOT.key("accounts").key(name);
                    publicKey(at.key("id"), account.id());
                    signers(at.key("signing-keys"), account.signingKeys());
                });
    }

    private void publicKey(KeyPath at, String text) {
        try {
            NKey.parse(text, NKeyType.ACCOUNT);
        } catch (InvalidKey e) {
            refuse(at, e);
        }
    }

    private void seeds(KeyPath list, List<SecretSource> sources, NKeyType type) {
        Map<NKey, KeyPath> places = new HashMap<>();
        for (int i = 0; i < sources.size(); i++) {
            KeyPath at = list.index(i);
            try (Seed seed = secrets.seed(sources.get(i), type)) {
                once(places, seed.publicKey(), at);
            } catch (IOException | InvalidKey e) {
                refuse(at, e);
            }
        }
    }

    /** Public halves of keys that sign elsewhere: there is no file to look them up in. */
    List<String> elsewhere() {
        return List.copyOf(elsewhere);
    }

    /** Those that sign elsewhere are asked for a signature. */
    private void signers(KeyPath list, List<SigningKey> keys) {
        Map<NKey, KeyPath> places = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            KeyPath at = list.index(i);
            try {
                NKey key = signing.signer(keys.get(i), NKeyType.ACCOUNT).key();
                once(places, key, at);
                if (!(keys.get(i) instanceof SigningKey.Kept)) {
                    elsewhere.add("%s is %s in %s".formatted(at, key, keys.get(i)));
                }
            } catch (IOException | InvalidKey e) {
                refuse(at, e);
            }
        }
    }

    private void once(Map<NKey, KeyPath> places, NKey key, KeyPath at) {
        KeyPath other = places.putIfAbsent(key, at);
        if (other == null) {
            opened++;
        } else {
            refuse(at, "is the same key as " + other + " (expected: each only once)");
        }
    }

    private void nats(NatsConfig nats) {
        login(NATS.key("callout"), nats.callout());
        nats.operations().ifPresent(login -> login(NATS.key("operations"), login));
        nats.system().ifPresent(login -> login(NATS.key("system"), login));
        nats.tls().ifPresent(tls -> tls(NATS.key("tls"), tls));
    }

    private void login(KeyPath at, Login login) {
        switch (login) {
            case Login.Credentials(SecretSource file) -> credentials(at.key("credentials"), file);
            case Login.UserPassword(String _, SecretSource password) ->
                    text(at.key("password"), password);
            case Login.NkeySeed(SecretSource seed) ->
                    seeds(at.key("nkey-seed"), List.of(seed), NKeyType.USER);
        }
    }

    private void credentials(KeyPath at, SecretSource source) {
        byte[] text = {};
        try {
            text = secrets.bytes(source);
            CredsFile.parse(text).close();
            opened++;
        } catch (InvalidJwt | InvalidKey e) {
            refuse(at, source + ": " + e.getMessage());
        } catch (IOException e) {
            refuse(at, e);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    private void text(KeyPath at, SecretSource source) {
        try {
            byte[] text = secrets.bytes(source);
            if (new String(text, StandardCharsets.ISO_8859_1).isBlank()) {
                refuse(at, source + ": empty (expected: a secret)");
            } else {
                opened++;
            }
            Arrays.fill(text, (byte) 0);
        } catch (IOException e) {
            refuse(at, e);
        }
    }

    private void sinks(List<SinkConfig> sinks) {
        KeyPath list = KeyPath.ROOT.key("audit").key("sinks");
        for (int i = 0; i < sinks.size(); i++) {
            KeyPath at = list.index(i);
            switch (sinks.get(i).target()) {
                case SinkConfig.ToFile _ -> {}
                case SinkConfig.ToSyslog syslog ->
                        syslog.tls().ifPresent(tls -> tls(at.key("tls"), tls));
                case SinkConfig.ToWebhook webhook -> {
                    webhook.tls().ifPresent(tls -> tls(at.key("tls"), tls));
                    webhook.token().ifPresent(token -> text(at.key("token"), token));
                }
            }
        }
    }

    private void traces(TelemetryConfig.Traces traces) {
        KeyPath at = KeyPath.ROOT.key("telemetry").key("traces");
        traces.tls().ifPresent(tls -> tls(at.key("tls"), tls));
        traces.token().ifPresent(token -> text(at.key("token"), token));
    }

    private void tls(KeyPath at, NatsConfig.Tls tls) {
        try {
            TlsFiles.context(tls, secrets);
            opened += tls.client().isPresent() ? 1 : 0;
        } catch (IOException e) {
            refuse(at, e);
        }
    }

    private void refuse(KeyPath at, Exception why) {
        // A file system's message is only the path; its kind says what is wrong with it.
        String kind =
                why instanceof FileSystemException ? why.getClass().getSimpleName() + ": " : "";
        refuse(at, kind + why.getMessage());
    }

    private void refuse(KeyPath at, String message) {
        problems.add(outline.problem(at, message));
    }
}
