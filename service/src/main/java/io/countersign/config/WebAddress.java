// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

/** Reads URLs of backends: what goes there names people, so it goes there encrypted. */
final class WebAddress {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private WebAddress() {}

    /** A URL whose scheme is the secured one, or which is on this machine. */
    static Optional<URI> read(ConfigReader at, String secured) {
        return at.value(WebAddress::parse).filter(url -> isFit(at, url, secured));
    }

    private static URI parse(String text) {
        try {
            URI url = URI.create(text);
            if (url.getHost() != null && url.getPort() != 0 && url.getPort() <= 65_535) {
                return url;
            }
        } catch (IllegalArgumentException _) {
            // Its message repeats the text.
        }
        throw new IllegalArgumentException("(expected: a URL with a host and perhaps a port)");
    }

    private static boolean isFit(ConfigReader at, URI url, String secured) {
        if (url.getScheme().equals(secured) || LOOPBACK.contains(url.getHost())) {
            return true;
        }
        at.refuseValue("is not on this machine (expected: " + secured + "://)");
        return false;
    }
}
