// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import io.countersign.identity.Credential.Certificate;
import io.countersign.identity.Credential.NKeyChallenge;
import io.countersign.identity.Credential.None;
import io.countersign.identity.Credential.Password;
import io.countersign.identity.Credential.SessionName;
import io.countersign.identity.Credential.Token;
import io.countersign.protocol.ClientTls;
import io.countersign.protocol.ConnectOptions;
import io.countersign.protocol.VerifiedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a client presented, in the order in which authenticators look at it: nkey, token, password
 * or bare name, certificate. The first one that an authenticator knows decides, right or wrong; one
 * that nobody knows has no weight, so that a client may carry others for other purposes (a Java
 * client with a sentinel's credentials file also sends the sentinel's nkey and signature). The
 * certificate stands last, because a server that insists on TLS certificates gets one from every
 * client, whatever that client wants to log in with.
 *
 * <p>Not credentials: {@code jwt} (the sentinel, which the server has checked, or with some
 * versions an MQTT password; reference 3.2, 3.7), certificates that the server did not verify, and
 * {@code client_info.user}.
 *
 * @param presented never empty; {@link None} alone when there is nothing
 * @param presentedName claimed, not proven: user or else nkey, at most 256 bytes, may be empty. It
 *     may contain any character but is never a token
 * @param refusal present if something is too big to look at; then {@code presented} is {@link None}
 */
public record Credentials(
        List<Credential> presented, String presentedName, Optional<Refusal> refusal) {
    /** Longest secret, name or signature that is looked at, in bytes. */
    public static final int MOST_BYTES = 8 * 1024;

    /** Longest presented name, in bytes of UTF-8. */
    public static final int MOST_NAME_BYTES = 256;

    private static final int MOST_CERTIFICATES = 10;
    private static final int MOST_CERTIFICATE_BYTES = 32 * 1024;

    public Credentials {
        presented = List.copyOf(presented);
    }

    /**
     * Why the whole is not looked at.
     *
     * @param detail what was too big; shows nothing of it
     */
    public record Refusal(CredentialKind kind, String detail) {}

    /** Whether something is too big to look at, and nothing else (ADR 62). */
    static Optional<Refusal> refusal(VerifiedRequest request) {
        Optional<Refusal> refusal = tooBig(request.connect());
        return refusal.isPresent() ? refusal : tooBig(chain(request));
    }

    private static List<String> chain(VerifiedRequest request) {
        return request.tls().map(Credentials::verifiedChain).orElse(List.of());
    }

    /** Sorts out what is there; looks nothing up and costs microseconds. */
    public static Credentials of(VerifiedRequest request) {
        ConnectOptions connect = request.connect();
        String name = presentedName(connect);
        List<String> chain = chain(request);
        Optional<Refusal> refusal = refusal(request);
        if (refusal.isPresent()) {
            return new Credentials(List.of(new None()), name, refusal);
        }
        List<Credential> found = new ArrayList<>(2);
        if (!connect.nkey().isEmpty()) {
            found.add(new NKeyChallenge(connect.nkey(), request.client().nonce(), connect.sig()));
        }
        addSecrets(connect, found);
        if (!chain.isEmpty()) {
            found.add(new Certificate(chain));
        }
        if (found.isEmpty()) {
            found.add(new None());
        }
        return new Credentials(found, name, Optional.empty());
    }

    private static void addSecrets(ConnectOptions connect, List<Credential> found) {
        boolean hasUser = !connect.user().isEmpty();
        boolean hasPass = !connect.pass().isEmpty();
        boolean hasToken = !connect.authToken().isEmpty();
        // One text in both places is one credential: a password if there is a name for it.
        boolean isOne = hasToken && hasPass && connect.pass().equals(connect.authToken());
        if (hasToken && !(isOne && hasUser)) {
            found.add(new Token(Secret.of(connect.authToken())));
        }
        if (hasPass && !(isOne && !hasUser)) {
            found.add(new Password(connect.user(), Secret.of(connect.pass()), isOne));
        } else if (hasUser && !hasPass && !hasToken && connect.nkey().isEmpty()) {
            found.add(new SessionName(connect.user()));
        }
    }

    private static List<String> verifiedChain(ClientTls tls) {
        // Several chains are several ways up from the same leaf.
        return tls.verifiedChains().isEmpty() ? List.of() : tls.verifiedChains().getFirst();
    }

    private static Optional<Refusal> tooBig(ConnectOptions connect) {
        if (fits(connect.pass())
                && fits(connect.authToken())
                && fits(connect.user())
                && fits(connect.nkey())
                && fits(connect.sig())) {
            return Optional.empty();
        }
        return tooBig(CredentialKind.PASSWORD, "password", connect.pass())
                .or(() -> tooBig(CredentialKind.TOKEN, "token", connect.authToken()))
                .or(() -> tooBig(CredentialKind.PASSWORD, "user", connect.user()))
                .or(() -> tooBig(CredentialKind.NKEY, "nkey", connect.nkey()))
                .or(() -> tooBig(CredentialKind.NKEY, "signature", connect.sig()));
    }

    private static boolean fits(String text) {
        // By characters first: counting the bytes of half a megabyte would be work for a stranger.
        return text.length() <= MOST_BYTES / 3
                || (text.length() <= MOST_BYTES && fitting(text, MOST_BYTES) == text.length());
    }

    private static Optional<Refusal> tooBig(CredentialKind kind, String what, String text) {
        if (fits(text)) {
            return Optional.empty();
        }
        return Optional.of(
                new Refusal(
                        kind, what + ": too long (expected: at most " + MOST_BYTES + " bytes)"));
    }

    private static Optional<Refusal> tooBig(List<String> chain) {
        if (chain.isEmpty()) {
            return Optional.empty();
        }
        boolean isSmall =
                chain.size() <= MOST_CERTIFICATES
                        && chain.stream().allMatch(pem -> pem.length() <= MOST_CERTIFICATE_BYTES);
        return isSmall
                ? Optional.empty()
                : Optional.of(
                        new Refusal(
                                CredentialKind.CERTIFICATE,
                                "certificates: too long (expected: at most "
                                        + MOST_CERTIFICATES
                                        + " of "
                                        + MOST_CERTIFICATE_BYTES
                                        + " bytes)"));
    }

    /** The name that is claimed: user or else nkey, cut to {@link #MOST_NAME_BYTES}. */
    public static String presentedName(ConnectOptions connect) {
        String claimed = connect.user().isEmpty() ? connect.nkey() : connect.user();
        return claimed.substring(0, fitting(claimed, MOST_NAME_BYTES));
    }

    /** How many characters of the text fit into so many bytes of UTF-8; code points stay whole. */
    private static int fitting(String text, int most) {
        int used = 0;
        int at = 0;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            used += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (used > most) {
                return at;
            }
            at += Character.charCount(point);
        }
        return at;
    }
}
