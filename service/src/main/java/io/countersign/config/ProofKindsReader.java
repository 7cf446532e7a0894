// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.config.AuthenticatorKind.CertificateName;
import io.countersign.config.AuthenticatorKind.NatsName;
import io.countersign.config.AuthenticatorKind.SubjectGroups;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads authenticators whose credentials prove themselves. */
final class ProofKindsReader {
    private final Folder folder;

    ProofKindsReader(Folder folder) {
        this.folder = folder;
    }

    Optional<AuthenticatorKind> certificate(ConfigReader at) {
        CertificateName name = at.key("name").word(CertificateName.class, CertificateName.SUBJECT);
        List<Path> issuers = files(at.key("issuers"));
        List<String> domains = at.key("trust-domains").texts();
        if (at.key("trust-domains").isSound() && name != CertificateName.SPIFFE) {
            at.key("trust-domains").refuse("is for name: spiffe (expected: not there)");
        }
        List<SubjectGroups> groups =
                at.key("groups").texts().stream()
                        .flatMap(it -> Words.find(SubjectGroups.class, it).stream())
                        .toList();
        return at.build(() -> new AuthenticatorKind.Certificate(name, issuers, domains, groups));
    }

    Optional<AuthenticatorKind> natsJwt(ConfigReader at) {
        List<String> accounts = at.key("accounts").texts();
        List<String> operators = at.key("operators").texts();
        List<Path> jwts = files(at.key("account-jwts"));
        if (at.isSound() && accounts.isEmpty() && operators.isEmpty()) {
            at.refuse("believes nobody (expected: accounts, operators or both)");
        }
        if (at.isSound() && operators.isEmpty() != jwts.isEmpty()) {
            at.refuse(
                    "operators and account-jwts go together: an account JWT is believed if one of"
                            + " them signed it");
        }
        boolean bearer = at.key("bearer").flag(false);
        NatsName name = at.key("name").word(NatsName.class, NatsName.NAME);
        return at.build(
                () -> new AuthenticatorKind.NatsJwt(accounts, operators, jwts, bearer, name));
    }

    private List<Path> files(ConfigReader list) {
        return list.items().stream()
                .flatMap(it -> TokenKindsReader.existing(it, folder).stream())
                .toList();
    }
}
