// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import java.io.IOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** TLS over a connection that has begun without it, as NATS does it. */
final class PlainTls {
    private PlainTls() {}

    /**
     * Goes on in TLS, and checks the server's name.
     *
     * @param tls the Java runtime's without one
     */
    static Socket start(
            Socket socket, Optional<SSLContext> tls, String host, int port, Duration within)
            throws IOException {
        SSLSocketFactory factory =
                tls.isPresent()
                        ? tls.get().getSocketFactory()
                        : (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket secure = (SSLSocket) factory.createSocket(socket, host, port, true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.setSoTimeout((int) within.toMillis());
        try {
            secure.startHandshake();
        } catch (IOException e) {
            throw new IOException("TLS: " + e.getMessage(), e);
        }
        return secure;
    }

    /** When the first of the other side's certificates expires; empty without TLS. */
    static Optional<Instant> certificateEnds(Socket socket) {
        if (!(socket instanceof SSLSocket secure)) {
            return Optional.empty();
        }
        try {
            return Arrays.stream(secure.getSession().getPeerCertificates())
                    .filter(X509Certificate.class::isInstance)
                    .map(it -> ((X509Certificate) it).getNotAfter().toInstant())
                    .min(Comparator.naturalOrder());
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }
}
