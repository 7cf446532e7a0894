// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.certificate;

import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authenticator;
import io.countersign.identity.Credential;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Credentials;
import io.countersign.identity.Identity;
import io.countersign.identity.Origin;
import io.countersign.identity.Principal;
import io.countersign.identity.Rejection;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Authenticates clients by the certificate that they showed to the server in the TLS handshake. The
 * server has verified it ({@code verify: true}) and the client has proven the key; what a server
 * did not verify never gets here (see {@link Credentials}). A name must be there exactly once:
 * which of two would be meant is nothing to guess. A certificate of another authority than the
 * pinned ones, or of another trust domain, or without such a name, is no business of ours.
 * Thread-safe.
 */
public final class CertificateAuthenticator implements Authenticator {
    private final String source;
    private final CertificateRules rules;
    private final CredentialFingerprints fingerprints;

    public CertificateAuthenticator(
            String source, CertificateRules rules, CredentialFingerprints fingerprints) {
        this.source = source;
        this.rules = rules;
        this.fingerprints = fingerprints;
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public Authentication authenticate(VerifiedRequest request, Instant now, Deadline deadline) {
        Optional<Credential> shown =
                Credentials.of(request).presented().stream()
                        .filter(Credential.Certificate.class::isInstance)
                        .findFirst();
        return shown.isPresent() && shown.get() instanceof Credential.Certificate certificate
                ? judge(certificate, now)
                : new NotMine();
    }

    private Authentication judge(Credential.Certificate certificate, Instant now) {
        CredentialRef ref = fingerprints.of(certificate);
        try {
            List<X509Certificate> chain = certificate.decode(now);
            // A session that ends this very instant is none.
            if (!chain.getFirst().getNotAfter().toInstant().isAfter(now)) {
                throw new CertificateExpiredException("leaf");
            }
            if (!isPinned(chain)) {
                return new NotMine();
            }
            return owner(chain.getFirst(), CertificateParts.of(chain.getFirst()), ref);
        } catch (CertificateExpiredException e) {
            return new Rejected(
                    Rejection.EXPIRED_CREDENTIAL, ref, "certificate: the chain has expired");
        } catch (CertificateException e) {
            return bad(ref, "certificate: cannot be read, or is not valid yet");
        }
    }

    /** By the whole certificate: a name alone could be anybody's. The leaf does not pin itself. */
    private boolean isPinned(List<X509Certificate> chain) {
        return rules.issuers().isEmpty()
                || chain.subList(1, chain.size()).stream().anyMatch(rules.issuers()::contains);
    }

    private Authentication owner(X509Certificate leaf, CertificateParts parts, CredentialRef ref) {
        if (leaf.getBasicConstraints() >= 0) {
            return bad(ref, "certificate: is an authority's own");
        }
        List<String> names = parts.named(rules.name());
        if (names.isEmpty()) {
            return new NotMine();
        }
        if (names.size() > 1) {
            return bad(ref, "certificate: several names of the kind that counts");
        }
        if (rules.name() == CertificateName.SPIFFE) {
            Optional<String> domain = CertificateParts.trustDomain(names.getFirst());
            if (domain.isEmpty()) {
                return bad(ref, "certificate: not a SPIFFE id");
            }
            if (!rules.trustDomains().isEmpty() && !rules.trustDomains().contains(domain.get())) {
                return new NotMine();
            }
        }
        return new Authenticated(
                new Identity(
                        new Principal(source, names.getFirst()),
                        ref,
                        groups(parts),
                        parts.attributes(),
                        Optional.of(leaf.getNotAfter().toInstant()),
                        new Origin(
                                leaf.getSerialNumber().toString(16),
                                leaf.getIssuerX500Principal().getName(),
                                "",
                                Optional.of(leaf.getNotBefore().toInstant()))));
    }

    private Set<String> groups(CertificateParts parts) {
        Set<String> groups = new HashSet<>();
        if (rules.unitsAreGroups()) {
            groups.addAll(parts.units());
        }
        if (rules.organizationsAreGroups()) {
            groups.addAll(parts.organizations());
        }
        return groups;
    }

    private static Rejected bad(CredentialRef ref, String detail) {
        return new Rejected(Rejection.BAD_CREDENTIAL, ref, detail);
    }
}
