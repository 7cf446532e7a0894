// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;

/**
 * Something that a client presented to prove who it is. All of it is client-controlled and nothing
 * is checked yet, except that a {@link Certificate} was verified by the server. Immutable; secrets
 * are not printed.
 */
public sealed interface Credential {
    CredentialKind kind();

    /**
     * A name and its secret.
     *
     * @param user may be empty, when only {@code pass} was sent
     * @param sentAsToken the same text also came as {@code auth_token}: what servers do for MQTT
     *     (reference 3.7), where a password may be a token and the user name then means nothing
     */
    record Password(String user, Secret secret, boolean sentAsToken) implements Credential {
        @Override
        public CredentialKind kind() {
            return CredentialKind.PASSWORD;
        }
    }

    /** {@code auth_token}: one of our users' tokens, or a JWT of someone else's. */
    record Token(Secret secret) implements Credential {
        @Override
        public CredentialKind kind() {
            return CredentialKind.TOKEN;
        }
    }

    /**
     * A user key and what should be its signature of the connection's nonce (reference 1.6).
     *
     * @param nkey as claimed
     * @param nonce empty when the server makes none: then there is no proof
     * @param signature in base64, may be empty
     */
    record NKeyChallenge(String nkey, String nonce, String signature) implements Credential {
        @Override
        public CredentialKind kind() {
            return CredentialKind.NKEY;
        }

        /** From base64url, which clients send, or standard base64; padded or not. */
        public Optional<byte[]> signatureBytes() {
            boolean isUrl = signature.indexOf('-') >= 0 || signature.indexOf('_') >= 0;
            Base64.Decoder decoder = isUrl ? Base64.getUrlDecoder() : Base64.getDecoder();
            try {
                return Optional.of(decoder.decode(signature));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        @Override
        public String toString() {
            return "NKeyChallenge[nkey=" + nkey + "]";
        }
    }

    /**
     * The client's certificate chain, which the server verified against its own authorities.
     *
     * @param pem one {@code CERTIFICATE} block each, leaf first
     */
    record Certificate(List<String> pem) implements Credential {
        private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
        private static final String END = "-----END CERTIFICATE-----";

        public Certificate {
            pem = List.copyOf(pem);
        }

        @Override
        public CredentialKind kind() {
            return CredentialKind.CERTIFICATE;
        }

        /**
         * Decodes the chain, leaf first. Only here, because it costs more than a whole decision and
         * most authenticators do not look at it.
         *
         * @throws CertificateException if an element is not exactly one certificate, or one is not
         *     valid at {@code now}; the server has checked that before, at its own time
         */
        public List<X509Certificate> decode(Instant now) throws CertificateException {
            List<X509Certificate> chain = new ArrayList<>();
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (String element : pem) {
                ByteArrayInputStream der = new ByteArrayInputStream(der(element));
                if (!(factory.generateCertificate(der) instanceof X509Certificate certificate)
                        || der.available() > 0) {
                    throw new CertificateException("certificate: more than one in a block");
                }
                certificate.checkValidity(Date.from(now));
                chain.add(certificate);
            }
            return List.copyOf(chain);
        }

        private static byte[] der(String element) throws CertificateException {
            String block = element.strip();
            int end = block.indexOf(END);
            if (!block.startsWith(BEGIN) || end < 0 || end + END.length() != block.length()) {
                throw new CertificateException("certificate: not exactly one PEM block");
            }
            String body = block.substring(BEGIN.length(), end).replaceAll("[\r\n]", "");
            try {
                return Base64.getDecoder().decode(body.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IllegalArgumentException e) {
                throw new CertificateException("certificate: not base64", e);
            }
        }

        @Override
        public String toString() {
            return "Certificate[" + pem.size() + " in chain]";
        }
    }

    /**
     * A user name without anything to prove it: how servers ask again for a live connection after a
     * reload (reference 7.6), and what a client sends that forgot its password.
     */
    record SessionName(String name) implements Credential {
        @Override
        public CredentialKind kind() {
            return CredentialKind.SESSION;
        }
    }

    /** Nothing at all. */
    record None() implements Credential {
        @Override
        public CredentialKind kind() {
            return CredentialKind.NONE;
        }
    }
}
