// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.GrantedPermissions.Responses;
import io.countersign.audit.GrantedPermissions.Subjects;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Reads the {@code permissions} of an entry. */
final class PermissionsReader {
    private static final Subjects NONE_NAMED = new Subjects(List.of(), List.of());

    private final JsonCursor json;
    private Subjects publish = NONE_NAMED;
    private Subjects subscribe = NONE_NAMED;
    private Optional<Responses> responses = Optional.empty();

    PermissionsReader(JsonCursor json) {
        this.json = json;
    }

    GrantedPermissions read() throws IOException, BadEntry {
        json.object(name -> {
            switch (name) {
                case "publish" -> publish = subjects();
                case "subscribe" -> subscribe = subjects();
                case "responses" -> responses = Optional.of(responses());
                default -> throw EntryDecoder.unknown("permissions." + name);
            }
        });
        return new GrantedPermissions(publish, subscribe, responses);
    }

    private Subjects subjects() throws IOException, BadEntry {
        SubjectsReader reader = new SubjectsReader();
        json.object(reader::field);
        return new Subjects(reader.allow, reader.deny);
    }

    private Responses responses() throws IOException, BadEntry {
        long[] found = {0, 0};
        json.object(name -> {
            switch (name) {
                case "max" -> found[0] = json.number();
                case "ttl-ms" -> found[1] = json.number();
                default -> throw EntryDecoder.unknown("responses." + name);
            }
        });
        return new Responses(found[0], found[1]);
    }

    private final class SubjectsReader {
        private List<String> allow = List.of();
        private List<String> deny = List.of();

        private void field(String name) throws IOException, BadEntry {
            switch (name) {
                case "allow" -> allow = json.texts();
                case "deny" -> deny = json.texts();
                default -> throw EntryDecoder.unknown("permissions." + name);
            }
        }
    }
}
