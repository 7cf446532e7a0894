// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * The style sheet, the scripts and the icon, a fixed list: no path of a request ever names a file.
 * Names carry a hash of the content, so browsers keep them for ever. Immutable.
 */
public final class Assets {
    private static final String WEBJARS = "/META-INF/resources/webjars/";
    private static final Map<String, String> FILES =
            Map.of(
                    "view.css", "view.css",
                    "view.js", "view.js",
                    "stay.js", "stay.js",
                    "live.js", "live.js",
                    "chart.js", "chart.js",
                    "icon.svg", "icon.svg",
                    "htmx.js", WEBJARS + "htmx.org/2.0.10/dist/htmx.min.js",
                    "uplot.js", WEBJARS + "uplot/1.6.30/dist/uPlot.iife.min.js",
                    "uplot.css", WEBJARS + "uplot/1.6.30/dist/uPlot.min.css");
    private static final Assets ALL = new Assets();

    private final Map<String, Asset> byPath = new HashMap<>();
    private final Map<String, String> paths = new HashMap<>();

    /** One file, also compressed. */
    record Asset(String type, Buffer plain, Buffer packed) {}

    private Assets() {
        FILES.forEach((name, resource) -> {
            byte[] bytes = read(resource);
            String hash = hash(bytes);
            int dot = name.lastIndexOf('.');
            String path = "/assets/" + name.substring(0, dot) + "-" + hash + name.substring(dot);
            paths.put(name, path);
            byPath.put(
                    path,
                    new Asset(type(name), Buffer.buffer(bytes), Buffer.buffer(packed(bytes))));
        });
    }

    /** Where a file is; for templates. */
    public static String path(String name) {
        return Optional.ofNullable(ALL.paths.get(name))
                .orElseThrow(() -> new IllegalArgumentException(name + ": no such file"));
    }

    static Optional<Asset> at(String path) {
        return Optional.ofNullable(ALL.byPath.get(path));
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.'))) {
            case ".css" -> "text/css; charset=utf-8";
            case ".svg" -> "image/svg+xml";
            default -> "text/javascript; charset=utf-8";
        };
    }

    private static byte[] read(String resource) {
        try (InputStream in = Assets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + ": not on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] packed(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java", e);
        }
    }
}
