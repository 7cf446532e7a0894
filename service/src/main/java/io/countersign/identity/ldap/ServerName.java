// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.util.ssl.SSLSocketVerifier;
import io.countersign.identity.HostAddress;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/**
 * Checks that a server's certificate is for the name that we dialled (RFC 6125): DNS names by name
 * or with one wildcard as the first label, addresses by address. The library's own check takes
 * other names than the one that was configured, for instance what an address resolves to.
 */
final class ServerName extends SSLSocketVerifier {
    private static final int DNS = 2;
    private static final int ADDRESS = 7;

    @Override
    public void verifySSLSocket(String host, int port, SSLSocket socket) throws LDAPException {
        try {
            Certificate[] chain = socket.getSession().getPeerCertificates();
            if (chain[0] instanceof X509Certificate leaf && isFor(leaf, host)) {
                return;
            }
        } catch (SSLPeerUnverifiedException | CertificateParsingException _) {
            // The same to the caller.
        }
        throw new LDAPException(
                ResultCode.CONNECT_ERROR, "the server's certificate is for another name");
    }

    static boolean isFor(X509Certificate leaf, String host) throws CertificateParsingException {
        var names = leaf.getSubjectAlternativeNames();
        if (names == null) {
            return false;
        }
        Optional<HostAddress> address = HostAddress.parse(host);
        for (List<?> name : names) {
            if (name.get(1) instanceof String text) {
                boolean fits =
                        address.isPresent()
                                ? name.get(0).equals(ADDRESS)
                                        && HostAddress.parse(text).equals(address)
                                : name.get(0).equals(DNS) && matches(text, host);
                if (fits) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean matches(String pattern, String host) {
        String wanted = pattern.toLowerCase(Locale.ROOT);
        String found = host.toLowerCase(Locale.ROOT);
        if (!wanted.startsWith("*.")) {
            return wanted.equals(found);
        }
        int dot = found.indexOf('.');
        // Never for a whole top-level domain.
        return dot > 0
                && wanted.indexOf('.', 2) > 0
                && found.substring(dot).equals(wanted.substring(1));
    }
}
