// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import picocli.CommandLine.IVersionProvider;

/** What was built: read from the jar's manifest. */
final class Build implements IVersionProvider {
    /** Semver of this build; {@code 0.0.0-dev} where there is no manifest (tests). */
    static String version() {
        String version = Build.class.getPackage().getImplementationVersion();
        return version == null ? "0.0.0-dev" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"countersign " + version()};
    }
}
