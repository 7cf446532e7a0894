// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.certificate;

/** Which part of a certificate names its owner. */
public enum CertificateName {
    /** The one SPIFFE id: a URI {@code spiffe://trust-domain/path}. */
    SPIFFE,
    URI,
    DNS,
    EMAIL,
    COMMON_NAME,
    /** The whole subject, as RFC 2253 writes it. */
    SUBJECT
}
