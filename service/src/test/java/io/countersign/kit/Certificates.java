// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * A certificate authority for tests: makes server and client certificates in this process (no
 * openssl, no keytool), as PEM files for nats-server and as key stores for Java. Keys are ECDSA
 * P-256. The files belong to whoever owns the directory.
 */
public final class Certificates {
    /** Key stores live in memory only. */
    private static final char[] NO_PASSWORD = {};

    private static final Duration VALIDITY = Duration.ofDays(1);

    /** One certificate with its key. */
    public static final class Identity {
        private final Path certificateFile;
        private final Path keyFile;
        private final X509Certificate certificate;
        private final KeyStore keyStore;

        private Identity(
                Path certificateFile,
                Path keyFile,
                X509Certificate certificate,
                KeyStore keyStore) {
            this.certificateFile = certificateFile;
            this.keyFile = keyFile;
            this.certificate = certificate;
            this.keyStore = keyStore;
        }

        /** The certificate, PEM. */
        public Path certificateFile() {
            return certificateFile;
        }

        /** The private key, PEM (PKCS #8), readable by its owner only. */
        public Path keyFile() {
            return keyFile;
        }

        /** The certificate itself. */
        public X509Certificate certificate() {
            return certificate;
        }

        /** Key and chain, with an empty password. */
        public KeyStore keyStore() {
            return keyStore;
        }
    }

    private final Path dir;
    private final Clock clock;
    private final SecureRandom random;
    private final X500Name name;
    private final KeyPair keys;
    private final X509Certificate root;

    private Certificates(Path dir, Clock clock, SecureRandom random)
            throws IOException, GeneralSecurityException {
        this.dir = dir;
        this.clock = clock;
        this.random = random;
        this.name = new X500Name("CN=Countersign test kit " + random.nextInt(1_000_000));
        this.keys = newKeys();
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        extensions.addExtension(
                Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        this.root = sign(name, keys, extensions, clock.instant().plus(VALIDITY));
        Files.writeString(authorityFile(), pem("CERTIFICATE", root.getEncoded()));
    }

    /** A new authority that writes into this directory. */
    public static Certificates create(Path dir, Clock clock) {
        return sure(() -> new Certificates(dir, clock, new SecureRandom()));
    }

    /** The authority's certificate, PEM: {@code ca_file} of a nats-server. */
    public Path authorityFile() {
        return dir.resolve("ca.pem");
    }

    /** A certificate for a server on loopback: {@code localhost} and {@code 127.0.0.1}. */
    public Identity server() {
        return issue(
                "CN=localhost",
                List.of("dns:localhost", "ip:127.0.0.1"),
                KeyPurposeId.id_kp_serverAuth,
                VALIDITY);
    }

    /**
     * A certificate for a client, valid for a day.
     *
     * @param subject such as {@code CN=alice,OU=billing}
     * @param alternatives such as {@code dns:…}, {@code ip:…}, {@code email:…}, {@code
     *     uri:spiffe://…}
     */
    public Identity client(String subject, String... alternatives) {
        return issue(subject, List.of(alternatives), KeyPurposeId.id_kp_clientAuth, VALIDITY);
    }

    /** A client certificate that expired a minute ago. */
    public Identity expiredClient(String subject) {
        return issue(subject, List.of(), KeyPurposeId.id_kp_clientAuth, Duration.ofMinutes(-1));
    }

    /** Trusts this authority and nobody else; shows the client certificate if there is one. */
    public SSLContext sslContext(Optional<Identity> client) {
        return sure(() -> {
            KeyManagerFactory shown =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            shown.init(client.isPresent() ? client.get().keyStore() : emptyStore(), NO_PASSWORD);
            TrustManagerFactory trusted =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(trustStore());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(shown.getKeyManagers(), trusted.getTrustManagers(), random);
            return context;
        });
    }

    /** The authority's certificate alone. */
    public KeyStore trustStore() {
        return sure(() -> {
            KeyStore store = emptyStore();
            store.setCertificateEntry("ca", root);
            return store;
        });
    }

    private Identity issue(
            String subject, List<String> alternatives, KeyPurposeId purpose, Duration validity) {
        return sure(() -> {
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            extensions.addExtension(
                    Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            extensions.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            if (!alternatives.isEmpty()) {
                GeneralName[] names =
                        alternatives.stream()
                                .map(Certificates::generalName)
                                .toArray(GeneralName[]::new);
                extensions.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            KeyPair own = newKeys();
            Instant end = clock.instant().plus(validity);
            return written(own, sign(new X500Name(subject), own, extensions, end));
        });
    }

    private static GeneralName generalName(String text) {
        String kind = text.substring(0, Math.max(0, text.indexOf(':')));
        String value = text.substring(kind.length() + 1);
        return switch (kind) {
            case "dns" -> new GeneralName(GeneralName.dNSName, value);
            case "ip" -> new GeneralName(GeneralName.iPAddress, value);
            case "email" -> new GeneralName(GeneralName.rfc822Name, value);
            case "uri" -> new GeneralName(GeneralName.uniformResourceIdentifier, value);
            default ->
                    throw new IllegalArgumentException(
                            "alternative name: " + text + " (expected: dns:, ip:, email: or uri:)");
        };
    }

    /** RFC 5280, 4.1: the part to be signed, the algorithm, the signature. */
    private X509Certificate sign(
            X500Name subject, KeyPair own, ExtensionsGenerator extensions, Instant end)
            throws IOException, GeneralSecurityException {
        AlgorithmIdentifier algorithm =
                new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(new BigInteger(120, random)));
        generator.setSignature(algorithm);
        generator.setIssuer(name);
        generator.setSubject(subject);
        generator.setStartDate(new Time(Date.from(clock.instant().minus(Duration.ofHours(1)))));
        generator.setEndDate(new Time(Date.from(end)));
        generator.setSubjectPublicKeyInfo(
                SubjectPublicKeyInfo.getInstance(own.getPublic().getEncoded()));
        generator.setExtensions(extensions.generate());
        TBSCertificate unsigned = generator.generateTBSCertificate();
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate(), random);
        signature.update(unsigned.getEncoded("DER"));
        ASN1EncodableVector parts = new ASN1EncodableVector();
        parts.add(unsigned);
        parts.add(algorithm);
        parts.add(new DERBitString(signature.sign()));
        byte[] encoded = new DERSequence(parts).getEncoded("DER");
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(encoded));
    }

    private Identity written(KeyPair own, X509Certificate certificate)
            throws IOException, GeneralSecurityException {
        String stem = "id-" + certificate.getSerialNumber().toString(16);
        Path certificateFile = dir.resolve(stem + ".pem");
        Path keyFile = dir.resolve(stem + ".key");
        Files.writeString(certificateFile, pem("CERTIFICATE", certificate.getEncoded()));
        Files.createFile(
                keyFile,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(keyFile, pem("PRIVATE KEY", own.getPrivate().getEncoded()));
        KeyStore store = emptyStore();
        store.setKeyEntry(
                "key", own.getPrivate(), NO_PASSWORD, new X509Certificate[] {certificate, root});
        return new Identity(certificateFile, keyFile, certificate, store);
    }

    private KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static String pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private interface Crypto<T> {
        T run() throws IOException, GeneralSecurityException;
    }

    private static <T> T sure(Crypto<T> work) {
        return Io.get(() -> {
            try {
                return work.run();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java has EC, PKCS12 and X.509", e);
            }
        });
    }
}
