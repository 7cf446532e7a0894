// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.Context;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses that {@code cluster-network.members} stands for now: {@code host:port}, where a
 * name may have many addresses (a headless Kubernetes service), or {@code srv:NAME}, whose SRV
 * records (RFC 2782) name hosts and ports. Names are looked up anew each time; what a name stood
 * for last is kept while it cannot be looked up. Thread-safe.
 */
final class GridNames {
    static final String SRV = "srv:";

    private static final Logger log = LoggerFactory.getLogger(GridNames.class);
    private static final int LOOKUP_MILLIS = 1000;

    /** A member may be there. */
    record Place(InetAddress address, int port) {}

    private final List<String> members;
    private final String dns;
    private final Map<String, Set<Place>> last = new ConcurrentHashMap<>();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    /** With the machine's own name servers. */
    GridNames(List<String> members) {
        this(members, "dns:");
    }

    /** {@code dns}: URL of the name server for SRV records, {@code dns://host:port}. */
    GridNames(List<String> members, String dns) {
        this.members = List.copyOf(members);
        this.dns = dns;
    }

    Set<Place> addresses() {
        Set<Place> all = new LinkedHashSet<>();
        for (String member : members) {
            try {
                Set<Place> found =
                        member.startsWith(SRV)
                                ? service(member.substring(SRV.length()))
                                : host(member);
                last.put(member, found);
                if (failing.remove(member)) {
                    log.info("cluster-network.members: {} is known again", member);
                }
            } catch (UnknownHostException | NamingException e) {
                if (failing.add(member)) {
                    log.warn("cluster-network.members: {} is not known: {}", member, e.toString());
                }
            }
            all.addAll(last.getOrDefault(member, Set.of()));
        }
        return all;
    }

    private static Set<Place> host(String member) throws UnknownHostException {
        int colon = member.lastIndexOf(':');
        String host = member.substring(0, colon).replaceAll("[\\[\\]]", "");
        return places(host, Integer.parseInt(member.substring(colon + 1)));
    }

    private static Set<Place> places(String host, int port) throws UnknownHostException {
        Set<Place> places = new LinkedHashSet<>();
        for (InetAddress address : InetAddress.getAllByName(host)) {
            places.add(new Place(address, port));
        }
        return places;
    }

    private Set<Place> service(String name) throws NamingException, UnknownHostException {
        Set<Place> places = new LinkedHashSet<>();
        for (String record : records(name)) {
            String[] fields = record.strip().split("\\s+", -1);
            if (fields.length != 4 || !fields[2].matches("[0-9]{1,5}")) {
                throw new NamingException(name + ": not an SRV record");
            }
            places.addAll(places(fields[3].replaceAll("\\.$", ""), Integer.parseInt(fields[2])));
        }
        return places;
    }

    // Only the DNS provider, only attributes, and those of SRV records are text: no objects come
    // in.
    @SuppressWarnings({"BanJNDI", "JdkObsolete"})
    private List<String> records(String name) throws NamingException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, dns);
        environment.put("com.sun.jndi.dns.timeout.initial", Integer.toString(LOOKUP_MILLIS));
        environment.put("com.sun.jndi.dns.timeout.retries", "1");
        InitialDirContext context = new InitialDirContext(environment);
        try {
            Attribute found = context.getAttributes(name, new String[] {"SRV"}).get("SRV");
            List<String> records = new ArrayList<>();
            if (found != null) {
                NamingEnumeration<?> each = found.getAll();
                while (each.hasMore()) {
                    records.add(String.valueOf(each.next()));
                }
            }
            return records;
        } finally {
            context.close();
        }
    }
}
