// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.certificate;

import java.net.URI;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/**
 * What a certificate says about its owner. Alternative names are read by kind and never mixed: a
 * DNS name that looks like a URI is a DNS name.
 *
 * @param subject RFC 2253
 */
record CertificateParts(
        String subject,
        List<String> commonNames,
        List<String> units,
        List<String> organizations,
        List<String> dns,
        List<String> uris,
        List<String> emails) {
    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI_NAME = 6;

    /** SPIFFE-ID, section 2.3: the most that must be taken. */
    private static final int LONGEST_ID = 2048;

    static CertificateParts of(X509Certificate leaf) throws CertificateParsingException {
        String subject = leaf.getSubjectX500Principal().getName(X500Principal.RFC2253);
        Map<String, List<String>> parts = parts(subject);
        Map<Integer, List<String>> alternatives = new LinkedHashMap<>();
        Collection<List<?>> names = leaf.getSubjectAlternativeNames();
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            if (name.get(0) instanceof Integer kind && name.get(1) instanceof String text) {
                alternatives.computeIfAbsent(kind, _ -> new ArrayList<>()).add(text);
            }
        }
        return new CertificateParts(
                subject,
                parts.getOrDefault("CN", List.of()),
                parts.getOrDefault("OU", List.of()),
                parts.getOrDefault("O", List.of()),
                alternatives.getOrDefault(DNS, List.of()),
                alternatives.getOrDefault(URI_NAME, List.of()),
                alternatives.getOrDefault(EMAIL, List.of()));
    }

    private static Map<String, List<String>> parts(String subject)
            throws CertificateParsingException {
        Map<String, List<String>> parts = new LinkedHashMap<>();
        try {
            for (Rdn rdn : new LdapName(subject).getRdns()) {
                if (rdn.getValue() instanceof String value) {
                    parts.computeIfAbsent(
                                    rdn.getType().toUpperCase(Locale.ROOT), _ -> new ArrayList<>())
                            .add(value);
                }
            }
        } catch (InvalidNameException e) {
            throw new CertificateParsingException("subject: not a distinguished name", e);
        }
        return parts;
    }

    /** SPIFFE ids among the URIs, by the rules of the SPIFFE X.509-SVID standard. */
    List<String> spiffeIds() {
        return uris.stream().filter(uri -> uri.startsWith("spiffe:")).toList();
    }

    /** Trust domain of a well-formed SPIFFE id. */
    static Optional<String> trustDomain(String id) {
        if (id.length() > LONGEST_ID) {
            return Optional.empty();
        }
        try {
            URI uri = URI.create(id);
            boolean isPlain =
                    "spiffe".equals(uri.getScheme())
                            && uri.getRawUserInfo() == null
                            && uri.getPort() < 0
                            && uri.getRawQuery() == null
                            && uri.getRawFragment() == null
                            && uri.getRawAuthority() != null
                            && uri.getRawAuthority().matches("[a-z0-9._-]{1,255}")
                            && uri.getRawPath().matches("(?:/[A-Za-z0-9._-]++)*+");
            boolean hasDots =
                    uri.getRawPath() != null
                            && List.of(uri.getRawPath().split("/", -1)).stream()
                                    .anyMatch(part -> part.equals(".") || part.equals(".."));
            return isPlain && !hasDots ? Optional.of(uri.getRawAuthority()) : Optional.empty();
        } catch (IllegalArgumentException notAUri) {
            return Optional.empty();
        }
    }

    List<String> named(CertificateName by) {
        return switch (by) {
            case SPIFFE -> spiffeIds();
            case URI -> uris;
            case DNS -> dns;
            case EMAIL -> emails;
            case COMMON_NAME -> commonNames;
            case SUBJECT -> subject.isEmpty() ? List.of() : List.of(subject);
        };
    }

    Map<String, List<String>> attributes() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        all.put("subject", List.of(subject));
        all.put("common-name", commonNames);
        all.put("organizational-unit", units);
        all.put("organization", organizations);
        all.put("dns", dns);
        all.put("uri", uris);
        all.put("email", emails);
        all.values().removeIf(List::isEmpty);
        return all;
    }
}
