// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.ldap;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/**
 * Which directory, and what it is asked.
 *
 * @param urls servers, {@code ldap://} or {@code ldaps://}; the first that answers is used
 * @param startTls whether connections to {@code ldap://} are upgraded first
 * @param bindDn who searches; empty: anonymous
 * @param base below which users are searched
 * @param filter with {@code {name}}
 * @param nameAttribute attribute with the name of the principal
 * @param attributes attribute for the policy → attribute of the directory
 * @param connections at most, of each of two pools
 * @param limit for each wait on a server
 */
public record LdapSettings(
        List<URI> urls,
        boolean startTls,
        SSLContext tls,
        String bindDn,
        String password,
        String base,
        String filter,
        String nameAttribute,
        Groups groups,
        Map<String, String> attributes,
        int connections,
        Duration limit) {
    public LdapSettings {
        urls = List.copyOf(urls);
        attributes = Map.copyOf(attributes);
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("urls: none (expected: >= 1)");
        }
    }

    /**
     * Where groups are.
     *
     * @param memberOf attribute of the user with the DNs of its groups; empty: none
     * @param base below which groups are searched; empty: they are not
     * @param filter with {@code {dn}}
     * @param nameAttribute attribute with a group's name
     * @param nested levels of groups in groups
     */
    public record Groups(
            String memberOf, String base, String filter, String nameAttribute, int nested) {}

    /** Without the password. */
    @Override
    public String toString() {
        return "LdapSettings[" + urls + "]";
    }
}
