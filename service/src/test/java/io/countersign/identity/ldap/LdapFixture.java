// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.ldap;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldif.LDIFException;
import com.unboundid.util.ssl.SSLUtil;
import io.countersign.crypto.KeyedHash;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.kit.Certificates;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A directory in memory, with and without TLS, and authenticators that ask it. */
final class LdapFixture implements AutoCloseable {
    static final String PASSWORD = "correct horse";
    static final String BASE = "dc=example,dc=org";
    private static final String SERVICE = "cn=service," + BASE;
    private static final String SERVICE_PASSWORD = "service-secret";

    final InMemoryDirectoryServer server;
    final SSLContext trusted;
    private final List<LdapAuthenticator> open = new ArrayList<>();

    LdapFixture(Path folder) {
        try {
            Certificates authority = Certificates.create(folder, Clock.systemUTC());
            trusted = authority.sslContext(Optional.empty());
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(authority.server().keyStore(), new char[0]);
            SSLContext own = SSLContext.getInstance("TLS");
            own.init(keys.getKeyManagers(), null, null);
            InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
            config.addAdditionalBindCredentials(SERVICE, SERVICE_PASSWORD);
            config.setAuthenticationRequiredOperationTypes(
                    com.unboundid.ldap.sdk.OperationType.SEARCH);
            config.setSchema(null);
            InetAddress here = InetAddress.getLoopbackAddress();
            config.setListenerConfigs(
                    InMemoryListenerConfig.createLDAPConfig(
                            "plain", here, 0, own.getSocketFactory()),
                    InMemoryListenerConfig.createLDAPSConfig(
                            "secured",
                            here,
                            0,
                            own.getServerSocketFactory(),
                            new SSLUtil().createSSLSocketFactory()),
                    InMemoryListenerConfig.createLDAPSConfig(
                            "other",
                            InetAddress.ofLiteral("127.0.0.2"),
                            0,
                            own.getServerSocketFactory(),
                            new SSLUtil().createSSLSocketFactory()));
            server = new InMemoryDirectoryServer(config);
            server.startListening();
            fill();
        } catch (LDAPException | LDIFException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void fill() throws LDAPException, LDIFException {
        server.add("dn: " + BASE, "objectClass: top", "objectClass: domain", "dc: example");
        user("ann", "team: billing", "memberOf: cn=staff," + BASE);
        user("twin", "mail: shared");
        user("twin2", "mail: shared");
        group("dev", "uid=ann," + BASE);
        group("engineering", "cn=dev," + BASE);
        group("all", "cn=engineering," + BASE);
        // A circle, as they happen.
        group("circle", "cn=all," + BASE, "cn=circle," + BASE);
    }

    private void user(String uid, String... more) throws LDAPException, LDIFException {
        List<String> lines =
                new ArrayList<>(
                        List.of(
                                "dn: uid=" + uid + "," + BASE,
                                "objectClass: inetOrgPerson",
                                "uid: " + uid,
                                "cn: " + uid,
                                "sn: " + uid,
                                "userPassword: " + PASSWORD));
        lines.addAll(List.of(more));
        server.add(lines.toArray(String[]::new));
    }

    private void group(String name, String... members) throws LDAPException, LDIFException {
        List<String> lines =
                new ArrayList<>(
                        List.of(
                                "dn: cn=" + name + "," + BASE,
                                "objectClass: groupOfNames",
                                "cn: " + name));
        for (String member : members) {
            lines.add("member: " + member);
        }
        server.add(lines.toArray(String[]::new));
    }

    URI plain() {
        return URI.create("ldap://127.0.0.1:" + server.getListenPort("plain"));
    }

    URI secured() {
        return URI.create("ldaps://localhost:" + server.getListenPort("secured"));
    }

    int atTheOtherAddress() {
        return server.getListenPort("other");
    }

    LdapAuthenticator authenticator(URI... urls) {
        return authenticator("(uid={name})", 0, false, trusted, urls);
    }

    LdapAuthenticator authenticator(
            String filter, int nested, boolean startTls, SSLContext tls, URI... urls) {
        LdapSettings settings =
                new LdapSettings(
                        List.of(urls),
                        startTls,
                        tls,
                        SERVICE,
                        SERVICE_PASSWORD,
                        BASE,
                        filter,
                        "uid",
                        new LdapSettings.Groups("memberOf", BASE, "(member={dn})", "cn", nested),
                        Map.of("team", "team"),
                        4,
                        Duration.ofSeconds(20));
        LdapAuthenticator made =
                new LdapAuthenticator(
                        "corp", settings, new CredentialFingerprints(KeyedHash.of(new byte[32])));
        open.add(made);
        return made;
    }

    @Override
    public void close() {
        open.forEach(LdapAuthenticator::close);
        server.close();
    }
}
