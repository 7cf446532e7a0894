// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides which values may be repeated in a problem. Problems end up in terminals, logs and bug
 * reports, so a value is shown only if neither its place nor its shape suggests a secret.
 */
final class Redaction {
    /** Last words of keys whose values, and everything inside of them, are never shown. */
    private static final Set<String> SECRET =
            Set.of("password", "passphrase", "pass", "pin", "hash", "secret", "seed");

    /** The same, but what is inside has names and dates of its own. */
    private static final Set<String> SECRET_ITSELF = Set.of("token", "tokens");

    /** The start of an nkey seed; a cut or mistyped one counts too (reference, section 5). */
    private static final Pattern SEED = Pattern.compile("\\bS[UANOCX][A-Z2-7]{24,}");

    private static final int SHORTEST_SEED = 26;

    private static final Pattern PRIVATE_PEM = Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY");
    private static final Pattern JWT = Pattern.compile("\\beyJ[\\w-]{8,}\\.[\\w-]{8,}\\.");
    private static final Pattern USER_INFO = Pattern.compile("://[^/\\s]*@");

    private Redaction() {}

    /** Whether values at this place are kept out of all texts. */
    static boolean isSecret(KeyPath path) {
        return path.lastKey().map(Redaction::lastWord).filter(SECRET_ITSELF::contains).isPresent()
                || path.steps().stream()
                        .anyMatch(step ->
                                step instanceof KeyPath.Step.Key(String name)
                                        && SECRET.contains(lastWord(name)));
    }

    private static String lastWord(String key) {
        int start = Math.max(key.lastIndexOf('-'), key.lastIndexOf('_')) + 1;
        return key.substring(start).toLowerCase(Locale.ROOT);
    }

    /** What to tell somebody who wrote a secret where everybody who sees the file can read it. */
    static Optional<String> leak(String text) {
        // Asked for every value of a file: what an expression needs is looked for first.
        if (text.length() >= SHORTEST_SEED && SEED.matcher(text).find()) {
            return Optional.of(
                    "this is a seed; put it into a file readable only by this user and name the"
                            + " file");
        } else if (text.contains("PRIVATE KEY") && PRIVATE_PEM.matcher(text).find()) {
            return Optional.of(
                    "this is a private key; put it into a file readable only by this user and name"
                            + " the file");
        } else if (text.contains("eyJ") && JWT.matcher(text).find()) {
            return Optional.of(
                    "this is a JWT; put it into a file readable only by this user and name the"
                            + " file");
        } else if (text.contains("://") && USER_INFO.matcher(text).find()) {
            return Optional.of(
                    "a URL with a user or password in it (expected: the bare URL; credentials have"
                            + " keys of their own)");
        }
        return Optional.empty();
    }

    /** The found value for a problem: itself if it may be shown, else what kind it is. */
    static String show(KeyPath path, JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "a mapping";
            case ARRAY -> "a list";
            case NULL, MISSING -> "nothing";
            case BOOLEAN -> isSecret(path) ? "a true or false" : value.asText();
            case NUMBER -> isSecret(path) ? "a number" : "the number " + value.asText();
            default -> show(path, value.asText());
        };
    }

    /** As {@link #show(KeyPath, JsonNode)}, for text. */
    static String show(KeyPath path, String value) {
        return isSecret(path) || leak(value).isPresent() ? "[not shown]" : KeyPath.quoted(value);
    }
}
