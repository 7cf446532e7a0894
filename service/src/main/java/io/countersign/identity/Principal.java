// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

/**
 * Who a client proved to be, written {@code source:name}, because LDAP's alice need not be OIDC's.
 *
 * @param source name of the authenticator in the configuration
 * @param name name within that source
 */
public record Principal(String source, String name) {
    @Override
    public String toString() {
        return source + ":" + name;
    }
}
