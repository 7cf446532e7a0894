// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.Sha2;
import io.countersign.protocol.Subjects;
import io.countersign.setup.conf.Note;
import io.countersign.setup.conf.Rights;
import io.countersign.setup.conf.ServerLogins;
import io.countersign.setup.conf.ServerUser;
import io.countersign.setup.conf.ServerUser.Credential;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What users of a server's configuration become: {@code users.yaml}, {@code policy.yaml} and a
 * report. Users of an account with equal permissions become a group, and each group a rule. Holds
 * hashes and no passwords. Immutable.
 */
public final class ImportedFiles {
    /** Sessions of a plain server never end; those of a callout have to. */
    private static final String EXPIRES = "24h";

    private static final int LONGEST_NAME = 48;

    private final String origin;
    private final ServerLogins logins;
    private final Map<Placed, String> groups = new LinkedHashMap<>();
    private final String users;

    /** Where users are placed and what they may do there. */
    private record Placed(String account, Rights rights) {}

    /**
     * Works out everything, which takes the time of hashing all passwords.
     *
     * @param origin name of the file that it comes from, for comments
     */
    public ImportedFiles(String origin, ServerLogins logins, SecretHasher hasher) {
        this.origin = origin;
        this.logins = logins;
        Map<String, Integer> counts = new HashMap<>();
        for (ServerUser user : logins.users()) {
            groups.computeIfAbsent(
                    new Placed(user.account(), user.rights()),
                    it -> ruleName(it.account(), counts));
        }
        this.users = users(hasher);
    }

    /**
     * Names that {@code policy.yaml} takes, and that differ also where accounts do by case only.
     */
    private static String ruleName(String account, Map<String, Integer> counts) {
        String name = account.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "-");
        if (!name.matches("[a-z0-9].*")) {
            name = "a" + name;
        }
        String cut = name.substring(0, Math.min(name.length(), LONGEST_NAME));
        return cut + "-" + counts.merge(cut, 1, Integer::sum);
    }

    /** Accounts of the applications. */
    List<String> accounts() {
        return logins.accounts();
    }

    /** The content of {@code users.yaml}. */
    String users() {
        return users;
    }

    private String users(SecretHasher hasher) {
        StringBuilder text =
                new StringBuilder("# Users of %s.\nversion: 1\n".formatted(origin))
                        .append(logins.users().isEmpty() ? "users: []\n" : "users:\n");
        for (ServerUser user : logins.users()) {
            text.append("  - name: %s\n".formatted(quoted(user.name())));
            text.append(credential(user.credential(), hasher));
            String group = groups.get(new Placed(user.account(), user.rights()));
            text.append("    groups: [%s]\n".formatted(group));
            if (!user.connections().isEmpty()) {
                text.append(
                        "    connections: [%s]\n".formatted(String.join(", ", user.connections())));
            }
        }
        return text.toString();
    }

    private static String credential(Credential credential, SecretHasher hasher) {
        return switch (credential) {
            case Credential.Password(String text) ->
                    "    password: %s\n".formatted(quoted(hasher.hash(text)));
            case Credential.Hash(String text) -> "    password: %s\n".formatted(quoted(text));
            case Credential.Token(String text) ->
                    "    tokens: [{ id: imported, hash: \"sha256:%s\" }]\n".formatted(sha256(text));
            case Credential.Key(String text) -> "    nkeys: [%s]\n".formatted(text);
        };
    }

    private static String sha256(String text) {
        return HexFormat.of().formatHex(Sha2.SHA_256.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The content of {@code policy.yaml}. */
    String policy() {
        StringBuilder text =
                new StringBuilder(
                        """
                        # Permissions of the users of %s, a rule for each group. The first rule that matches decides.
                        version: 1

                        rules:
                        """
                                .formatted(origin));
        groups.forEach((placed, name) -> text.append(rule(name, placed)));
        if (groups.isEmpty()) {
            text.append(
                    """
                      - id: nobody
                        when: { source: users, groups: nobody }
                        deny: true
                    """);
        }
        return text.toString();
    }

    private static String rule(String name, Placed placed) {
        Rights rights = placed.rights();
        return """
          - id: %s
            when: { source: users, groups: %s }
            grant:
              account: %s
        %s%s%s      expires: %s
        """
                .formatted(
                        name,
                        name,
                        quoted(placed.account()),
                        side("publish", rights.publish()),
                        side("subscribe", rights.subscribe()),
                        rights.responses().map(ImportedFiles::responses).orElse(""),
                        EXPIRES);
    }

    private static String side(String name, Rights.Side side) {
        if (side.allow().isEmpty()) {
            return "";
        }
        String deny = side.deny().isEmpty() ? "" : ", deny: " + list(side.deny());
        String everything =
                side.allow().stream().anyMatch(Subjects::isEverything) ? ", everything: true" : "";
        return "      %s: { allow: %s%s%s }\n"
                .formatted(name, list(side.allow()), deny, everything);
    }

    private static String responses(Rights.Responses responses) {
        return "      allow-responses: { max: %d, for: %ds }\n"
                .formatted(responses.max(), responses.within().toSeconds());
    }

    private static String list(List<String> texts) {
        return texts.stream()
                .map(ImportedFiles::quoted)
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** Always quoted, so that no name is taken for a number, a truth value or nothing. */
    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** What came along and what did not, for the terminal and for {@code IMPORT.txt}. */
    List<String> report() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "Imported from %s: %d users in %d accounts, %d rules."
                        .formatted(
                                origin,
                                logins.users().size(),
                                logins.accounts().size(),
                                groups.size()));
        for (Note.Kind kind : Note.Kind.values()) {
            List<Note> notes = logins.notes().stream().filter(it -> it.kind() == kind).toList();
            if (!notes.isEmpty()) {
                lines.add("");
                lines.add(kind.title());
                notes.forEach(note -> lines.add("  " + note));
            }
        }
        always(lines);
        return List.copyOf(lines);
    }

    private static void always(List<String> lines) {
        lines.add("");
        lines.add("Different for everybody");
        lines.add(
                "  Sessions end after %s at the latest, and clients log in again (expires in policy.yaml)."
                        .formatted(EXPIRES));
        lines.add(
                "  Where a file here said \"no limit\", policy.yaml says allow [\">\"] and everything: true; look"
                        + " for that word and narrow them.");
    }
}
