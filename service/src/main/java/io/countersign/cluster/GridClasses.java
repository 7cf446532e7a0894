// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import java.util.Set;

/**
 * The class loader that Hazelcast loads by name with. Names come from whoever is on the port (a
 * serialised object, a configuration that it adds while we run), and loading by name means running
 * a constructor. So names outside Hazelcast's own packages do not exist here, nor do the packages
 * in there that open connections or run code by configuration; our own objects come from a factory
 * that knows them.
 */
final class GridClasses extends ClassLoader {
    private static final Set<String> OWN = Set.of("com.hazelcast.", "[Lcom.hazelcast.");

    /** Named in our own configuration of maps. */
    private static final Set<String> OURS = Set.of("io.countersign.cluster.ThrottleMerge");

    private static final Set<String> SHUT =
            Set.of(
                    "com.hazelcast.dataconnection.",
                    "com.hazelcast.mapstore.",
                    "com.hazelcast.shaded.",
                    "com.hazelcast.internal.util.scripting.");

    GridClasses(ClassLoader parent) {
        super(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!isOpen(name)) {
            throw new ClassNotFoundException(name + ": not for the cluster's port");
        }
        return super.loadClass(name, resolve);
    }

    static boolean isOpen(String name) {
        return OURS.contains(name)
                || (OWN.stream().anyMatch(name::startsWith)
                        && SHUT.stream().noneMatch(name::startsWith));
    }
}
