// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads claims by name. A dot goes into an inner object, unless there is a claim with the dot in
 * its name: {@code realm_access.roles} and {@code https://example.com/roles} both work. Immutable.
 *
 * @param name claim with the name of the principal
 * @param groups claim with the groups: a list, or words in one text
 * @param attributes attribute → claim
 * @param require claim → accepted values, one of which must be there
 */
public record ClaimMapping(
        String name,
        String groups,
        Map<String, String> attributes,
        Map<String, List<String>> require)
        implements ClaimReader {
    private static final int LONGEST_NAME = 256;

    public ClaimMapping {
        attributes = Map.copyOf(attributes);
        require = Map.copyOf(require);
    }

    @Override
    public Reading read(Map<String, Object> claims) {
        for (Map.Entry<String, List<String>> wanted : require.entrySet()) {
            List<String> found = texts(find(claims, wanted.getKey()));
            if (wanted.getValue().stream().noneMatch(found::contains)) {
                return new Reading.Refused("claim " + wanted.getKey() + " is not as required");
            }
        }
        List<String> names = texts(find(claims, name));
        if (names.size() != 1 || names.getFirst().isEmpty()) {
            return new Reading.Refused("claim " + name + " is no name");
        }
        if (names.getFirst().length() > LONGEST_NAME) {
            return new Reading.Refused("claim " + name + " is too long for a name");
        }
        Map<String, List<String>> found = new LinkedHashMap<>();
        attributes.forEach((attribute, claim) -> {
            List<String> values = texts(find(claims, claim));
            if (!values.isEmpty()) {
                found.put(attribute, values);
            }
        });
        return new Reading.Read(names.getFirst(), words(find(claims, groups)), found);
    }

    private static @Nullable Object find(Map<?, ?> claims, String path) {
        Object whole = claims.get(path);
        if (whole != null) {
            return whole;
        }
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            if (claims.get(path.substring(0, dot)) instanceof Map<?, ?> inner) {
                Object found = find(inner, path.substring(dot + 1));
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static List<String> texts(@Nullable Object value) {
        return switch (value) {
            case String text -> List.of(text);
            case Number number -> List.of(number.toString());
            case Boolean flag -> List.of(flag.toString());
            case Collection<?> all ->
                    all.stream().flatMap(each -> texts(scalar(each)).stream()).toList();
            case null, default -> List.of();
        };
    }

    private static @Nullable Object scalar(@Nullable Object value) {
        return value instanceof Collection<?> ? null : value;
    }

    private static Set<String> words(@Nullable Object value) {
        List<String> all =
                value instanceof String text ? List.of(text.split("[\\s,]+", -1)) : texts(value);
        Set<String> groups = new LinkedHashSet<>(all);
        groups.remove("");
        return groups;
    }
}
