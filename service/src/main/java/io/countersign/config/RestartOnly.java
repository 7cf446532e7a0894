// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Which settings a running instance cannot take over. A setting counts as one unless it is listed
 * here as reloadable: a forgotten one then gives a warning too many, and no silent surprise.
 */
public final class RestartOnly {
    private static final Set<String> RELOADED =
            Set.of("mode", "keys", "policy", "shadow-policy", "users", "authenticators", "admins");

    private RestartOnly() {}

    /** Names, as in the file, of settings that differ and that only a restart brings into force. */
    public static List<String> changed(ServiceConfig started, ServiceConfig now) {
        List<String> names = new ArrayList<>();
        if (started.mode().getClass() != now.mode().getClass()) {
            names.add("mode");
        }
        if (!started.keys().clusterSecret().equals(now.keys().clusterSecret())) {
            names.add("keys.cluster-secret");
        }
        if (!started.keys().fingerprints().equals(now.keys().fingerprints())) {
            names.add("keys.fingerprint-secret");
        }
        for (RecordComponent setting : ServiceConfig.class.getRecordComponents()) {
            if (!RELOADED.contains(key(setting.getName()))
                    && !Objects.equals(value(setting, started), value(setting, now))) {
                names.add(key(setting.getName()));
            }
        }
        return List.copyOf(names);
    }

    private static Object value(RecordComponent setting, ServiceConfig config) {
        try {
            return setting.getAccessor().invoke(config);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a public record shows its components", e);
        }
    }

    /** {@code whenUnable} is written {@code when-unable}. */
    private static String key(String component) {
        return component.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
