// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import io.countersign.crypto.InvalidKey;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.identity.CredentialKind;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Identity;
import io.countersign.identity.Origin;
import io.countersign.identity.Principal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A session as it is kept: its many small objects as one row of bytes. There are hundreds of
 * thousands of them, they live long, and a collector copies and marks each object by itself (ADR
 * 80). Groups and attributes stay as they are, because people of one list share them. Immutable.
 */
final class PackedSession {
    /** Seconds, some 35,000 years: milliseconds of whatever is further away would overflow. */
    private static final long FAR = 1L << 40;

    /** From here on a length has four more bytes. */
    private static final int LONG = 0xff;

    /** Seconds and nanoseconds. */
    private static final int INSTANT = Long.BYTES + Integer.BYTES;

    private final byte[] bytes;
    private final CredentialKind credential;
    private final Set<String> groups;
    private final Map<String, List<String>> attributes;

    private PackedSession(byte[] bytes, Identity identity) {
        this.bytes = bytes;
        this.credential = identity.credential().kind();
        this.groups = identity.groups();
        this.attributes = identity.attributes();
    }

    /**
     * All of it but what its key says: server and cid.
     *
     * @throws IllegalArgumentException if its key is not a user's
     */
    static PackedSession of(Session session) {
        if (session.userKey().type() != NKeyType.USER) {
            throw new IllegalArgumentException(session.userKey() + ": not a user's key");
        }
        Identity identity = session.identity();
        Origin origin = identity.origin();
        Principal principal = identity.principal();
        String fingerprint = identity.credential().fingerprint();
        int size =
                2 * INSTANT
                        + NKey.RAW_LENGTH
                        + 2 * Long.BYTES
                        + room(identity.notAfter())
                        + room(origin.issued())
                        + room(session.serverName(), session.account(), session.address())
                        + room(session.client(), session.type(), fingerprint)
                        + room(principal.source(), principal.name(), origin.tokenId())
                        + room(origin.issuer())
                        + room(origin.session());
        ByteBuffer out = ByteBuffer.allocate(size);
        write(out, session.expires());
        write(out, session.granted());
        session.userKey().writeTo(out);
        out.putLong(session.entry().getMostSignificantBits());
        out.putLong(session.entry().getLeastSignificantBits());
        write(out, identity.notAfter());
        write(out, origin.issued());
        write(out, session.serverName());
        write(out, session.account());
        write(out, session.address());
        write(out, session.client());
        write(out, session.type());
        write(out, principal.source());
        write(out, principal.name());
        write(out, fingerprint);
        write(out, origin.tokenId());
        write(out, origin.issuer());
        write(out, origin.session());
        return new PackedSession(out.array(), identity);
    }

    /** The session of this connection. */
    Session unpacked(NKey server, long cid) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Instant expires = instant(in);
        Instant granted = instant(in);
        NKey userKey = key(in);
        UUID entry = new UUID(in.getLong(), in.getLong());
        Optional<Instant> notAfter = maybe(in);
        Optional<Instant> issued = maybe(in);
        String serverName = text(in);
        String account = text(in);
        String address = text(in);
        String client = text(in);
        String type = text(in);
        Principal principal = new Principal(text(in), text(in));
        CredentialRef ref = new CredentialRef(credential, text(in));
        Origin origin = new Origin(text(in), text(in), text(in), issued);
        return new Session(
                server,
                serverName,
                cid,
                userKey,
                new Identity(principal, ref, groups, attributes, notAfter, origin),
                account,
                address,
                client,
                type,
                granted,
                expires,
                entry);
    }

    /** When it ends: milliseconds since 1970, a long time ahead for whatever is further away. */
    long expiresMillis() {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long seconds = Math.min(in.getLong(), FAR);
        return TimeUnit.SECONDS.toMillis(seconds) + in.getInt() / 1_000_000;
    }

    private static void write(ByteBuffer out, Instant at) {
        out.putLong(at.getEpochSecond()).putInt(at.getNano());
    }

    private static Instant instant(ByteBuffer in) {
        return Instant.ofEpochSecond(in.getLong(), in.getInt());
    }

    private static int room(Optional<Instant> at) {
        return at.isPresent() ? 1 + INSTANT : 1;
    }

    private static void write(ByteBuffer out, Optional<Instant> at) {
        out.put((byte) (at.isPresent() ? 1 : 0));
        if (at.isPresent()) {
            write(out, at.get());
        }
    }

    private static Optional<Instant> maybe(ByteBuffer in) {
        return in.get() == 0 ? Optional.empty() : Optional.of(instant(in));
    }

    private static NKey key(ByteBuffer in) {
        byte[] raw = new byte[NKey.RAW_LENGTH];
        in.get(raw);
        try {
            return NKey.of(NKeyType.USER, raw);
        } catch (InvalidKey e) {
            throw new IllegalStateException("a key that was one is none", e);
        }
    }

    /** Of three, because a list of all would be one more object for each login. */
    private static int room(String one, String two, String three) {
        return room(one) + room(two) + room(three);
    }

    private static int room(String text) {
        int length = text.length();
        return (length < LONG ? 1 : 1 + Integer.BYTES)
                + 1
                + (isLatin(text) ? length : Character.BYTES * length);
    }

    /** A byte for each character if all are Latin, else two: whatever it is, it comes back. */
    private static void write(ByteBuffer out, String text) {
        int length = text.length();
        boolean isLatin = isLatin(text);
        out.put((byte) (isLatin ? 1 : Character.BYTES));
        out.put((byte) Math.min(length, LONG));
        if (length >= LONG) {
            out.putInt(length);
        }
        for (int i = 0; i < length; i++) {
            if (isLatin) {
                out.put((byte) text.charAt(i));
            } else {
                out.putChar(text.charAt(i));
            }
        }
    }

    private static boolean isLatin(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff) {
                return false;
            }
        }
        return true;
    }

    private static String text(ByteBuffer in) {
        boolean isLatin = in.get() == 1;
        int length = in.get() & 0xff;
        if (length == LONG) {
            length = in.getInt();
        }
        if (isLatin) {
            byte[] latin = new byte[length];
            in.get(latin);
            return new String(latin, StandardCharsets.ISO_8859_1);
        }
        char[] chars = new char[length];
        for (int i = 0; i < chars.length; i++) {
            chars[i] = in.getChar();
        }
        return new String(chars);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PackedSession that
                && Arrays.equals(bytes, that.bytes)
                && credential == that.credential
                && groups.equals(that.groups)
                && attributes.equals(that.attributes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
