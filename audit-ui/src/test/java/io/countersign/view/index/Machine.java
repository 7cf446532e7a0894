// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** What figures were made on: they mean nothing without it. */
public final class Machine {
    private Machine() {}

    /** In one line. */
    public static String today() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return "%s, %d cores at a load of %.1f, Java %s, %s %s"
                .formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        system.getAvailableProcessors(),
                        system.getSystemLoadAverage(),
                        Runtime.version(),
                        system.getName(),
                        system.getArch());
    }
}
