// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;
import java.util.List;
import java.util.Optional;

/**
 * The NATS server that asks (reference 1.4.1). Texts are empty when the server sent none.
 *
 * @param id new on every start of the server process
 * @param xkey the signed copy of the server's xkey; present when the request was sealed
 */
public record ServerId(
        NKey id,
        String name,
        String host,
        String version,
        String cluster,
        List<String> tags,
        Optional<NKey> xkey) {
    public ServerId {
        tags = List.copyOf(tags);
    }
}
