// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sessions that live in sealed cookies, so that every replica with the same key file serves them.
 * The role and the accounts of a local person are those of the users file at each request; a
 * changed password ends that person's sessions. Whoever asks for it before the end may stay once
 * more as long, without proving again who it is; not for acts. Thread-safe.
 */
public final class Sessions {
    public static final Duration LIFETIME = Duration.ofHours(12);

    /** So long after a login it is over in any case. */
    public static final Duration LONGEST = LIFETIME.multipliedBy(2);

    /** So young must a login be for an act. */
    public static final Duration FRESH = Duration.ofMinutes(15);

    private static final String PURPOSE = "session";
    private static final int PARTS = 8;

    private final Seal seal;
    private final Users users;
    private final Clock clock;

    public Sessions(Seal seal, Users users, Clock clock) {
        this.seal = seal;
        this.users = users;
        this.clock = clock;
    }

    /**
     * Who is asking.
     *
     * @param csrf the token that every form of this session must carry
     * @param began when the person last proved who they are
     * @param left how long it goes on from now
     * @param mayStay false if it cannot be made longer
     * @param mustChange true if all that may be done is to set another password
     */
    public record Session(
            Viewer viewer,
            String csrf,
            Instant began,
            Duration left,
            boolean mayStay,
            boolean mustChange) {
        @Override
        public String toString() {
            return viewer.toString();
        }
    }

    /** True if the login is young enough for an act. */
    public boolean isFresh(Session session) {
        return session.began().plus(FRESH).isAfter(clock.instant());
    }

    /** A new cookie value; never one that the browser brought. */
    public String begin(Viewer viewer) {
        Instant now = clock.instant();
        return sealed(viewer, now, HexFormat.of().formatHex(seal.bytes(16)), now.plus(LIFETIME));
    }

    /**
     * The same session with a later end; forms that were loaded before stay valid, and the login is
     * as old as it was.
     */
    public String stay(Session session) {
        Instant later = clock.instant().plus(LIFETIME);
        Instant last = session.began().plus(LONGEST);
        return sealed(
                session.viewer(),
                session.began(),
                session.csrf(),
                later.isBefore(last) ? later : last);
    }

    private String sealed(Viewer viewer, Instant began, String csrf, Instant ends) {
        return seal.seal(
                PURPOSE,
                joined(
                        List.of(
                                viewer.source(),
                                viewer.name(),
                                viewer.role().word(),
                                joined(viewer.accounts()),
                                Long.toString(began.getEpochSecond()),
                                csrf,
                                fingerprint(viewer),
                                Long.toString(ends.getEpochSecond()))));
    }

    /** The session of a cookie; empty if it is not ours, over, or its person changed. */
    public Optional<Session> find(String cookie) {
        return seal.open(PURPOSE, cookie).map(Sessions::split).flatMap(this::session);
    }

    private Optional<Session> session(List<String> parts) {
        if (parts.size() != PARTS) {
            return Optional.empty();
        }
        Instant began = Instant.ofEpochSecond(Long.parseLong(parts.get(4)));
        Instant ends = Instant.ofEpochSecond(Long.parseLong(parts.get(7)));
        Duration left = Duration.between(clock.instant(), ends);
        if (!left.isPositive()) {
            return Optional.empty();
        }
        boolean mayStay = ends.isBefore(began.plus(LONGEST));
        String csrf = parts.get(5);
        if (parts.get(0).equals(Viewer.LOCAL)) {
            return users.find(parts.get(1))
                    .filter(user -> fingerprint(user.viewer()).equals(parts.get(6)))
                    .map(user ->
                            new Session(
                                    user.viewer(), csrf, began, left, mayStay, user.mustChange()));
        }
        return Role.of(parts.get(2))
                .map(role ->
                        new Viewer(
                                parts.get(1), parts.get(0), role, Set.copyOf(split(parts.get(3)))))
                .map(viewer -> new Session(viewer, csrf, began, left, mayStay, false));
    }

    private String fingerprint(Viewer viewer) {
        return viewer.source().equals(Viewer.LOCAL)
                ? users.find(viewer.name())
                        .map(user -> fingerprint(user.password().encoded()))
                        .orElse("")
                : "";
    }

    private static String fingerprint(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java", e);
        }
    }

    static String joined(Iterable<String> parts) {
        StringBuilder text = new StringBuilder();
        for (String part : parts) {
            text.append(text.isEmpty() ? "" : "|")
                    .append(URLEncoder.encode(part, StandardCharsets.UTF_8).replace("*", "%2A"))
                    .append('*');
        }
        return text.toString();
    }

    /** What {@link #joined} made; each part ends with a star, so that empty ones are kept. */
    static List<String> split(String text) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split("\\|", -1))
                        .map(part ->
                                URLDecoder.decode(
                                        part.substring(0, Math.max(0, part.length() - 1)),
                                        StandardCharsets.UTF_8))
                        .collect(Collectors.toList());
    }
}
