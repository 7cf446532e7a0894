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
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A session as it is kept: its many small objects as one row of bytes. There are hundreds of
 * thousands of them, they live long, and a collector copies and marks each object by itself (ADR
 * 80). Groups and attributes stay as they are, because people of one list share them. Immutable.
 */
final class PackedSession {
    /** What most need; more is made if it is too little. */
    private static final int USUAL = 256;

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
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL);
        Identity identity = session.identity();
        if (session.userKey().type() != NKeyType.USER) {
            throw new IllegalArgumentException(session.userKey() + ": not a user's key");
        }
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(out, session.expires());
            write(out, session.granted());
            out.write(session.userKey().bytes());
            write(out, session.serverName());
            write(out, session.account());
            write(out, session.address());
            write(out, session.client());
            write(out, session.type());
            write(out, session.entry());
            write(out, identity.principal().source());
            write(out, identity.principal().name());
            write(out, identity.credential().fingerprint());
            write(out, identity.notAfter());
            write(out, identity.origin().tokenId());
            write(out, identity.origin().issuer());
            write(out, identity.origin().session());
            write(out, identity.origin().issued());
        } catch (IOException e) {
            throw new UncheckedIOException("memory", e);
        }
        return new PackedSession(bytes.toByteArray(), identity);
    }

    /** The session of this connection. */
    Session unpacked(NKey server, long cid) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Instant expires = instant(in);
        Instant granted = instant(in);
        NKey userKey = key(in);
        String serverName = text(in);
        String account = text(in);
        String address = text(in);
        String client = text(in);
        String type = text(in);
        String entry = text(in);
        Principal principal = new Principal(text(in), text(in));
        CredentialRef ref = new CredentialRef(credential, text(in));
        Optional<Instant> notAfter = maybe(in);
        Origin origin = new Origin(text(in), text(in), text(in), maybe(in));
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

    Instant expires() {
        return instant(ByteBuffer.wrap(bytes));
    }

    private static void write(DataOutputStream out, Instant at) throws IOException {
        out.writeLong(at.getEpochSecond());
        out.writeInt(at.getNano());
    }

    private static Instant instant(ByteBuffer in) {
        return Instant.ofEpochSecond(in.getLong(), in.getInt());
    }

    private static void write(DataOutputStream out, Optional<Instant> at) throws IOException {
        out.writeBoolean(at.isPresent());
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

    /** A byte for each character if all are Latin, else two: whatever it is, it comes back. */
    private static void write(DataOutputStream out, String text) throws IOException {
        if (isLatin(text)) {
            out.writeInt(text.length());
            out.writeBytes(text);
        } else {
            out.writeInt(~text.length());
            out.writeChars(text);
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
        int length = in.getInt();
        if (length >= 0) {
            byte[] latin = new byte[length];
            in.get(latin);
            return new String(latin, StandardCharsets.ISO_8859_1);
        }
        char[] chars = new char[~length];
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
