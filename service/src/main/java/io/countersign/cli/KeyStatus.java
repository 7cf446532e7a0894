// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.callout.AnswerSigner;
import io.countersign.callout.Envelope;
import io.countersign.callout.Generation;
import io.countersign.callout.Generations;
import io.countersign.callout.KeysInUse;
import io.countersign.callout.ReloadStatus;
import io.countersign.config.Admin;
import io.countersign.crypto.NKey;
import io.countersign.crypto.XKeyBox;
import io.countersign.nats.AdminUses;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an instance says of keys: which it has in force, by their public halves, and which of them
 * servers asked with. Read by {@code countersign keys}. Thread-safe.
 */
record KeyStatus(
        String instance,
        Generations generations,
        KeysInUse uses,
        AdminUses adminUses,
        ClusterSecrets clusterSecrets) {
    ObjectNode json() {
        Generation now = generations.current();
        ObjectNode json = PrettyJson.object().put("instance", instance);
        json.put("version", Build.version()).put("revision", now.revision());
        List<NKey> xkeys =
                switch (now.envelope()) {
                    case Envelope.Clear() -> List.of();
                    case Envelope.Sealed(var ring) ->
                            ring.boxes().stream().map(XKeyBox::key).toList();
                };
        json.set("xkeys", keys(xkeys));
        signers(json, now.signer());
        json.set("servers", PrettyJson.array(uses.all(), KeyStatus::use));
        json.set("sentinels", PrettyJson.array(uses.sentinels(), KeyStatus::sentinel));
        Map<String, Instant> used = adminUses.last();
        json.set("admins", PrettyJson.array(generations.admins(), it -> admin(it, used)));
        json.set("cluster-secrets", PrettyJson.texts(clusterSecrets.names()));
        files(json, generations.status());
        return json;
    }

    /** Those that sign; in operator mode that is one of each list. */
    private static void signers(ObjectNode json, AnswerSigner signer) {
        switch (signer) {
            case AnswerSigner.OfStatic fixed ->
                    json.set(
                            "issuers",
                            PrettyJson.texts(fixed.issuers().keySet().stream().sorted().toList()));
            case AnswerSigner.OfOperator operator -> {
                json.set("issuers", keys(List.of(operator.outer().key())));
                ObjectNode accounts = json.putObject("accounts");
                new TreeMap<>(operator.targets())
                        .forEach((name, to) -> accounts.put(name, to.signer().key().text()));
            }
        }
    }

    private static ArrayNode keys(List<NKey> keys) {
        return PrettyJson.texts(keys.stream().map(NKey::text).toList());
    }

    private static ObjectNode use(KeysInUse.Use use) {
        ObjectNode json =
                PrettyJson.object().put("id", use.server().text()).put("name", use.name());
        use.xkey().ifPresent(key -> json.put("xkey", key.text()));
        return json.put("issuer", use.subject()).put("at", use.at().toString());
    }

    private static ObjectNode sentinel(KeysInUse.Sentinel it) {
        return PrettyJson.object()
                .put("id", it.server().text())
                .put("name", it.name())
                .put("key", it.key())
                .put("at", it.at().toString());
    }

    private static ObjectNode admin(Admin it, Map<String, Instant> used) {
        ObjectNode json = PrettyJson.object().put("name", it.name()).put("key", it.key());
        @Nullable Instant last = used.get(it.key());
        return last == null ? json : json.put("used", last.toString());
    }

    private static void files(ObjectNode json, ReloadStatus status) {
        status.refused()
                .ifPresent(
                        refused -> json.set("refused-files", PrettyJson.texts(refused.problems())));
        if (!status.needRestart().isEmpty()) {
            json.set("need-restart", PrettyJson.texts(status.needRestart()));
        }
    }
}
