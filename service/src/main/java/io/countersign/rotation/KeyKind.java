// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import io.countersign.crypto.NKeyType;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Kinds of keys that can be changed while the system runs. */
public enum KeyKind {
    /** Requests and answers are sealed with it. */
    XKEY(NKeyType.CURVE),
    /** Signs answers: the servers' issuer, or a signing key of the callout account. */
    ISSUER(NKeyType.ACCOUNT),
    /** Operator mode: signs the users of one application account. */
    SIGNING(NKeyType.ACCOUNT),
    /** An administrator's requests are signed with it. */
    ADMIN(NKeyType.USER),
    /** The secret that all instances share, and derive other keys from. */
    CLUSTER(null);

    private final @Nullable NKeyType type;

    KeyKind(@Nullable NKeyType type) {
        this.type = type;
    }

    /** What kind of nkey it is. */
    NKeyType type() {
        if (type == null) {
            throw new IllegalStateException(word() + ": no nkey");
        }
        return type;
    }

    /** As people write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** By its word. */
    public static Optional<KeyKind> of(String word) {
        return Arrays.stream(values()).filter(it -> it.word().equals(word)).findFirst();
    }
}
