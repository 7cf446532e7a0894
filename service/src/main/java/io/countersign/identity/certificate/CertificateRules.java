// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.certificate;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * Which certificates count, and as whom.
 *
 * @param issuers authorities, one of which must be in the verified chain; empty: any
 * @param trustDomains of SPIFFE ids; empty: any
 * @param unitsAreGroups whether organizational units become groups
 * @param organizationsAreGroups whether organizations do
 */
public record CertificateRules(
        CertificateName name,
        List<X509Certificate> issuers,
        Set<String> trustDomains,
        boolean unitsAreGroups,
        boolean organizationsAreGroups) {
    public CertificateRules {
        issuers = List.copyOf(issuers);
        trustDomains = Set.copyOf(trustDomains);
    }
}
