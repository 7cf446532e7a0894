// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.ldap;

import com.unboundid.ldap.sdk.FailoverServerSet;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.PostConnectProcessor;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.ServerSet;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.SingleServerSet;
import com.unboundid.ldap.sdk.StartTLSPostConnectProcessor;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The servers of a directory, behind two pools: one that searches as ourselves, and one that tries
 * passwords, so that no search ever runs with the rights of a user. Thread-safe.
 */
final class Directory implements AutoCloseable {
    private static final int LDAP = 389;
    private static final int LDAPS = 636;

    private final LdapSettings settings;
    private final LDAPConnectionPool searching;
    private final LDAPConnectionPool binding;

    /** Connects to nobody yet. */
    Directory(LdapSettings settings) {
        this.settings = settings;
        SimpleBindRequest ourselves =
                settings.bindDn().isEmpty()
                        ? null
                        : new SimpleBindRequest(settings.bindDn(), settings.password());
        this.searching = pool(settings, ourselves);
        this.binding = pool(settings, null);
    }

    private static LDAPConnectionPool pool(
            LdapSettings settings, @Nullable SimpleBindRequest ourselves) {
        PostConnectProcessor upgrade =
                settings.startTls() ? new StartTLSPostConnectProcessor(settings.tls()) : null;
        try {
            LDAPConnectionPool pool =
                    new LDAPConnectionPool(
                            servers(settings),
                            ourselves,
                            0,
                            settings.connections(),
                            upgrade,
                            false);
            pool.setCreateIfNecessary(true);
            pool.setMaxWaitTimeMillis(settings.limit().toMillis());
            pool.setRetryFailedOperationsDueToInvalidConnections(true);
            return pool;
        } catch (LDAPException e) {
            throw new IllegalStateException("no connection is made here", e);
        }
    }

    private static ServerSet servers(LdapSettings settings) {
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        int millis = Math.toIntExact(settings.limit().toMillis());
        options.setConnectTimeoutMillis(millis);
        options.setResponseTimeoutMillis(millis);
        options.setFollowReferrals(false);
        options.setSSLSocketVerifier(new ServerName());
        List<ServerSet> sets = new ArrayList<>();
        for (URI url : settings.urls()) {
            boolean isSecured = url.getScheme().equals("ldaps");
            int usual = isSecured ? LDAPS : LDAP;
            SocketFactory sockets =
                    isSecured ? settings.tls().getSocketFactory() : SocketFactory.getDefault();
            sets.add(
                    new SingleServerSet(
                            url.getHost().replaceAll("[\\[\\]]", ""),
                            url.getPort() < 0 ? usual : url.getPort(),
                            sockets,
                            options));
        }
        return sets.size() == 1 ? sets.getFirst() : new FailoverServerSet(sets);
    }

    /** Entries below a base; at most so many. */
    List<SearchResultEntry> find(String base, String filter, int most, String... attributes)
            throws LDAPException {
        SearchRequest request =
                new SearchRequest(base, SearchScope.SUB, Filter.create(filter), attributes);
        request.setSizeLimit(most);
        request.setTimeLimitSeconds(Math.toIntExact(Math.max(1, settings.limit().toSeconds())));
        try {
            return searching.search(request).getSearchEntries();
        } catch (LDAPSearchException e) {
            if (e.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED)) {
                return Optional.ofNullable(e.getSearchEntries()).orElse(List.of());
            }
            throw e;
        }
    }

    /** Whether this is the password of an entry; the exception tells why not. */
    void bind(String dn, byte[] password) throws LDAPException {
        binding.bind(new SimpleBindRequest(dn, password));
    }

    /**
     * A value for a filter (RFC 4515, section 3). Everything but plain letters and digits is
     * escaped, so that nothing that a client sends can be part of the filter's form.
     */
    static String escaped(String value) {
        StringBuilder text = new StringBuilder(value.length() * 3);
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            boolean isPlain =
                    (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
            if (isPlain) {
                text.append((char) b);
            } else {
                text.append("\\%02x".formatted(b & 0xff));
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        searching.close();
        binding.close();
    }
}
