// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

import io.countersign.audit.AuditEntry;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** How an entry is written for others, one line each. */
public enum SinkFormat {
    /** The entries themselves, byte for byte. */
    JSONL {
        @Override
        public Optional<String> line(AuditEntry entry, byte[] body, String version) {
            return Optional.of(new String(body, StandardCharsets.US_ASCII));
        }
    },

    /** OCSF 1.8 Authentication (class 3002); only decisions are such events. */
    OCSF {
        @Override
        public Optional<String> line(AuditEntry entry, byte[] body, String version) {
            return EntryOcsf.line(entry, version);
        }
    };

    /**
     * Empty if the format has no word for such an entry.
     *
     * @param version of this service
     */
    public abstract Optional<String> line(AuditEntry entry, byte[] body, String version);
}
