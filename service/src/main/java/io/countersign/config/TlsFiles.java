// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes a TLS context from PEM files. */
public final class TlsFiles {
    private static final char[] NO_PASSWORD = new char[0];

    private TlsFiles() {}

    /** The context of a TLS client. */
    public static SSLContext context(NatsConfig.Tls tls, Secrets secrets) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(tls, secrets), authorities(tls), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("tls: " + e.getMessage(), e);
        }
    }

    private static KeyManager @Nullable [] keys(NatsConfig.Tls tls, Secrets secrets)
            throws GeneralSecurityException, IOException {
        if (tls.client().isEmpty()) {
            return null;
        }
        NatsConfig.ClientCertificate client = tls.client().get();
        KeyStore store = empty();
        Certificate[] chain = certificates(client.certificate()).toArray(Certificate[]::new);
        byte[] pem = secrets.bytes(client.key());
        try {
            store.setKeyEntry("client", privateKey(pem), NO_PASSWORD, chain);
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static TrustManager @Nullable [] authorities(NatsConfig.Tls tls)
            throws GeneralSecurityException, IOException {
        if (tls.ca().isEmpty()) {
            return null; // those of the Java runtime
        }
        KeyStore store = empty();
        int number = 0;
        for (Certificate authority : certificates(tls.ca().get())) {
            store.setCertificateEntry("ca-" + number++, authority);
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** The certificates of a PEM file. */
    public static List<X509Certificate> authorities(Path file) throws IOException {
        try {
            List<X509Certificate> all = new ArrayList<>();
            for (Certificate each : certificates(file)) {
                if (each instanceof X509Certificate x509) {
                    all.add(x509);
                }
            }
            if (all.isEmpty()) {
                throw new IOException(file + ": no certificate (expected: PEM)");
            }
            return all;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": no certificate (expected: PEM)", e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws GeneralSecurityException, IOException {
        try (InputStream in = new ByteArrayInputStream(Files.readAllBytes(file))) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
    }

    private static PrivateKey privateKey(byte[] pem) throws GeneralSecurityException {
        String text =
                new String(pem, StandardCharsets.US_ASCII)
                        .replaceAll("-----[A-Z ]+-----", "")
                        .replaceAll("\\s", "");
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text));
        Optional<PrivateKey> key =
                Stream.of("EC", "RSA", "Ed25519")
                        .flatMap(algorithm -> privateKey(spec, algorithm).stream())
                        .findFirst();
        return key.orElseThrow(() ->
                new InvalidKeySpecException("key: not a PKCS #8 key of type EC, RSA or Ed25519"));
    }

    /** Empty if it is a key of another kind. */
    private static Optional<PrivateKey> privateKey(PKCS8EncodedKeySpec spec, String algorithm) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(spec));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }
}
