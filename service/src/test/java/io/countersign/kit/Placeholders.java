// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a configuration text cannot know before its server starts: {@code ${dir}} and {@code
 * ${port:name}}.
 */
final class Placeholders {
    private static final Pattern PORT = Pattern.compile("\\$\\{port:([a-z0-9-]+)}");

    private Placeholders() {}

    /**
     * A port for each name in the text, for clients and for monitoring; those chosen already stay
     * as they are.
     */
    static Map<String, Integer> ports(String text, Map<String, Integer> chosen) {
        Set<String> names = new LinkedHashSet<>(Set.of("client", "monitor"));
        PORT.matcher(text).results().forEach(found -> names.add(found.group(1)));
        names.removeAll(chosen.keySet());
        Map<String, Integer> ports = new LinkedHashMap<>(chosen);
        Iterator<Integer> free = FreePorts.several(names.size()).iterator();
        names.forEach(name -> ports.put(name, free.next()));
        return Map.copyOf(ports);
    }

    static String fill(String text, Path dir, Map<String, Integer> ports) {
        return PORT.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(port(found.group(1), ports)))
                .replace("${dir}", dir.toString());
    }

    private static String port(String name, Map<String, Integer> ports) {
        Integer port = ports.get(name);
        if (port == null) {
            throw new IllegalArgumentException(
                    "${port:" + name + "}: new (expected: one of " + ports.keySet() + ")");
        }
        return port.toString();
    }
}
