// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Several instances of one deployment as processes that share revocations. */
public final class InstanceCluster {
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

    private InstanceCluster() {}

    /** A configuration file for each of so many instances, beside the one that setup made. */
    public static List<Path> configurations(Deployment system, int count) {
        return configurations(system, NAMES.subList(0, count));
    }

    /** A configuration file for each of these instances. */
    public static List<Path> configurations(Deployment system, List<String> names) {
        List<Integer> ports = FreePorts.several(names.size());
        List<String> members = ports.stream().map(p -> "\"127.0.0.1:" + p + "\"").toList();
        List<Path> files = new ArrayList<>();
        try {
            String common = Files.readString(system.configuration());
            for (int i = 0; i < names.size(); i++) {
                Path file = system.folder().resolve("countersign-" + names.get(i) + ".yaml");
                String network =
                        "cluster-network: {listen: \"127.0.0.1:%d\", members: %s}%n"
                                .formatted(ports.get(i), members);
                Files.writeString(file, common + network);
                files.add(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** Starts them and waits until all are ready. */
    public static List<InstanceProcess> start(Deployment system, List<Path> files) {
        List<InstanceProcess> instances = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            instances.add(InstanceProcess.start(NAMES.get(i), files.get(i), system.workspace()));
        }
        instances.forEach(InstanceProcess::awaitReady);
        return instances;
    }
}
