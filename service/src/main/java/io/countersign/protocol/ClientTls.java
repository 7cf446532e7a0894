// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.util.List;

/**
 * The client's TLS connection (reference 1.4.4).
 *
 * @param verifiedChains chains that the server verified, leaf first, each element a PEM block: the
 *     only proof of identity here
 * @param certs presented without verification; never an identity
 */
public record ClientTls(
        String version, String cipher, List<List<String>> verifiedChains, List<String> certs) {
    public ClientTls {
        verifiedChains = verifiedChains.stream().map(List::copyOf).toList();
        certs = List.copyOf(certs);
    }
}
