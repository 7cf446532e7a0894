// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import java.util.ArrayList;
import java.util.List;

/** Keys as claims hold them: each place in a JWT takes one type only. */
final class KeyTypes {
    private KeyTypes() {}

    static void require(String what, NKey key, NKeyType type) {
        if (key.type() != type) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: type %s)".formatted(what, key, type));
        }
    }

    static void require(String what, List<NKey> keys, NKeyType type) {
        keys.forEach(key -> require(what, key, type));
    }

    static List<String> texts(List<NKey> keys) {
        return keys.stream().map(NKey::text).toList();
    }

    /** Never quotes the text: what stands where a public key belongs may be a seed. */
    static NKey parse(String what, String text, NKeyType type) throws InvalidJwt {
        try {
            return NKey.parse(text, type);
        } catch (InvalidKey e) {
            throw new InvalidJwt(
                    "%s: no valid key (expected: %s...)".formatted(what, type.letter()));
        }
    }

    static List<NKey> parse(String what, List<String> texts, NKeyType type) throws InvalidJwt {
        List<NKey> keys = new ArrayList<>(texts.size());
        for (String text : texts) {
            keys.add(parse(what, text, type));
        }
        return keys;
    }
}
