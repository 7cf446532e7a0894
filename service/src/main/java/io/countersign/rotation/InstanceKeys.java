// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an instance says of its keys: the public halves of those in force.
 *
 * @param xkeys newest first
 * @param issuers in operator mode the one that signs
 * @param accounts in operator mode what it signs users of each account with
 * @param servers which of them servers asked with
 * @param sentinels operator mode: by whom sentinels were signed that clients came with
 * @param admins who may send requests
 * @param clusterSecrets names of those that count, the one that it was started with first
 * @param refusedFiles why its files are not in force; empty if they are
 */
public record InstanceKeys(
        String instance,
        List<String> xkeys,
        List<String> issuers,
        Map<String, String> accounts,
        List<ServerUse> servers,
        List<SentinelUse> sentinels,
        List<AdminUse> admins,
        List<String> clusterSecrets,
        List<String> refusedFiles) {
    public InstanceKeys {
        xkeys = List.copyOf(xkeys);
        issuers = List.copyOf(issuers);
        accounts = Map.copyOf(accounts);
        servers = List.copyOf(servers);
        sentinels = List.copyOf(sentinels);
        admins = List.copyOf(admins);
        clusterSecrets = List.copyOf(clusterSecrets);
        refusedFiles = List.copyOf(refusedFiles);
    }

    /** From what it answered; what is not there is empty. */
    public static InstanceKeys read(JsonNode json) {
        Map<String, String> accounts = new TreeMap<>();
        json.path("accounts")
                .properties()
                .forEach(each -> accounts.put(each.getKey(), each.getValue().asText()));
        List<ServerUse> servers = new ArrayList<>();
        json.path("servers").forEach(each -> ServerUse.read(each).ifPresent(servers::add));
        List<SentinelUse> sentinels = new ArrayList<>();
        json.path("sentinels").forEach(each -> SentinelUse.read(each).ifPresent(sentinels::add));
        List<AdminUse> admins = new ArrayList<>();
        json.path("admins").forEach(each -> admins.add(AdminUse.read(each)));
        return new InstanceKeys(
                json.path("instance").asText(),
                texts(json.path("xkeys")),
                texts(json.path("issuers")),
                accounts,
                servers,
                sentinels,
                admins,
                texts(json.path("cluster-secrets")),
                texts(json.path("refused-files")));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    /** Those of a kind that it has in force. */
    List<String> keys(KeyKind kind) {
        return switch (kind) {
            case XKEY -> xkeys;
            case ISSUER -> issuers;
            case SIGNING -> List.copyOf(accounts.values());
            case ADMIN -> admins.stream().map(AdminUse::key).toList();
            case CLUSTER -> clusterSecrets;
        };
    }
}
