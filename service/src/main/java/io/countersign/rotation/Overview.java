// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import io.countersign.config.Mode;
import io.countersign.config.SecretSource;
import io.countersign.config.ServiceConfig;
import io.countersign.config.SigningKey;
import io.countersign.config.Surroundings;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.protocol.AccountAuthorization;
import io.countersign.protocol.InvalidJwt;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.SignedAccount;
import io.countersign.rotation.RotationState.PlacedKey;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which keys are where, at one moment.
 *
 * @param mode {@code static} or {@code operator}
 * @param configured by kind, in the order of the configuration
 * @param fleet what instances have in force and which keys servers asked with
 * @param servers that are there; empty if nobody could be asked
 * @param account operator mode: what servers have of the callout account
 * @param rotations under way
 */
public record Overview(
        String mode,
        Map<KeyKind, List<PlacedKey>> configured,
        Fleet fleet,
        Optional<Reach.Servers> servers,
        List<Account> account,
        List<RotationState> rotations) {
    public Overview {
        account = List.copyOf(account);
        rotations = List.copyOf(rotations);
    }

    /** The callout account at one server. */
    public record Account(String where, String xkey, List<String> signingKeys) {
        public Account {
            signingKeys = List.copyOf(signingKeys);
        }
    }

    /**
     * Asks everybody.
     *
     * @throws RotationStopped if a key cannot be read
     */
    public static Overview of(Path config, Surroundings surroundings, Reach reach)
            throws IOException, InterruptedException, RotationStopped {
        Settings settings = new Settings(config, surroundings, new SecureRandom());
        ServiceConfig now = settings.load();
        Map<KeyKind, List<PlacedKey>> configured = new LinkedHashMap<>();
        configured.put(KeyKind.XKEY, settings.keys(now.keys().xkeys(), NKeyType.CURVE));
        configured.put(KeyKind.ISSUER, settings.keys(kept(now.keys().issuers()), NKeyType.ACCOUNT));
        List<SecretSource> secrets = new ArrayList<>(now.keys().clusterSecret().stream().toList());
        secrets.addAll(now.keys().otherClusterSecrets());
        configured.put(KeyKind.CLUSTER, settings.secrets(secrets));
        configured.put(
                KeyKind.ADMIN,
                now.admins().stream()
                        .map(it -> new PlacedKey(it.key(), ("admins: " + it.name()).strip()))
                        .toList());
        if (now.mode() instanceof Mode.Operator operator) {
            List<PlacedKey> signing = new ArrayList<>();
            for (Mode.Account account : operator.accounts().values()) {
                signing.addAll(settings.keys(kept(account.signingKeys()), NKeyType.ACCOUNT));
            }
            configured.put(KeyKind.SIGNING, signing);
        }
        Optional<Reach.Servers> servers = reach.servers();
        return switch (now.mode()) {
            case Mode.Static _ ->
                    new Overview(
                            "static",
                            configured,
                            reach.instances(),
                            servers,
                            List.of(),
                            rotations(config, List.of()));
            case Mode.Operator(var account, var targets) ->
                    new Overview(
                            "operator",
                            configured,
                            reach.instances(),
                            servers,
                            servers.isPresent() ? accounts(account, reach) : List.of(),
                            rotations(config, targets.keySet()));
        };
    }

    /** Without those that sign elsewhere: instances tell their public halves. */
    private static List<SecretSource> kept(List<SigningKey> keys) {
        List<SecretSource> kept = new ArrayList<>();
        for (SigningKey key : keys) {
            if (key instanceof SigningKey.Kept(var seed)) {
                kept.add(seed);
            }
        }
        return kept;
    }

    private static List<RotationState> rotations(Path config, Collection<String> accounts)
            throws IOException, RotationStopped {
        List<RotationState> states = new ArrayList<>();
        for (KeyKind kind : KeyKind.values()) {
            for (String of : kind == KeyKind.SIGNING ? accounts : List.of("")) {
                try {
                    RotationFile.beside(config, kind, of).read().ifPresent(states::add);
                } catch (RotationFile.Unreadable e) {
                    throw new RotationStopped(
                            RotationStopped.Why.USAGE, String.valueOf(e.getMessage()));
                }
            }
        }
        return states;
    }

    private static List<Account> accounts(String id, Reach reach)
            throws IOException, InterruptedException, RotationStopped {
        JwtReader reader = new JwtReader(Ed25519.best());
        List<Account> accounts = new ArrayList<>();
        try {
            for (Reach.Version version : reach.versions(NKey.parse(id, NKeyType.ACCOUNT))) {
                SignedAccount account = reader.readAccount(version.jwt());
                accounts.add(
                        new Account(
                                version.where(),
                                account.claims()
                                        .authorization()
                                        .flatMap(AccountAuthorization::xkey)
                                        .map(NKey::text)
                                        .orElse(""),
                                account.claims().signingKeys().stream().map(NKey::text).toList()));
            }
        } catch (InvalidKey | InvalidJwt e) {
            throw new RotationStopped(RotationStopped.Why.USAGE, String.valueOf(e.getMessage()));
        }
        return accounts;
    }

    /** What is known of each server that is there, or of all that asked if none can be listed. */
    public List<ServerUse> uses() {
        if (servers.isEmpty()) {
            return fleet.instances().stream().flatMap(it -> it.servers().stream()).toList();
        }
        return servers.get().present().stream()
                .flatMap(server -> fleet.newest(use -> use.id().equals(server.id())).stream())
                .toList();
    }

    /** Servers that are there and have not asked. */
    public List<String> unheard() {
        return servers.stream()
                .flatMap(it -> it.present().stream())
                .filter(server -> fleet.newest(use -> use.id().equals(server.id())).isEmpty())
                .map(Reach.Server::name)
                .toList();
    }
}
