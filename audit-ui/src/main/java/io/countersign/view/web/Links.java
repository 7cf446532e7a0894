// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.index.Field;
import io.countersign.view.index.Query;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Addresses of pages. Values stand in the query string, never in the path. */
final class Links {
    static final String ALL = "all";

    private Links() {}

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static String entry(UUID id) {
        return "/e/" + id;
    }

    /** When the entry of an id was made: its first 48 bits say so. */
    static Optional<Instant> time(String id) {
        try {
            return Optional.of(
                    Instant.ofEpochMilli(UUID.fromString(id).getMostSignificantBits() >>> 16));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no id at all
        }
    }

    static String explore(String query, String time) {
        return "/explore?t=" + encoded(time) + (query.isBlank() ? "" : "&q=" + encoded(query));
    }

    static String having(Field field, String value, String time) {
        return explore(Query.ALL.with(field, value, false), time);
    }

    /** The history of one credential, by its fingerprint. */
    static String credential(String fingerprint) {
        return fingerprint.isEmpty() ? "" : "/credential?fp=" + encoded(fingerprint);
    }

    /** The history of one subject. */
    static String subject(String page, String value) {
        return value.isEmpty() ? "" : "/" + page + "?v=" + encoded(value);
    }
}
