// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;

/**
 * What a configuration may ask its process for, passed in so that a test decides it.
 *
 * @param environment the environment variables
 * @param hostName of this machine, if it knows one
 */
public record Surroundings(Map<String, String> environment, Optional<String> hostName) {
    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /** Those of the running process. */
    public static Surroundings ofProcess() {
        Map<String, String> environment = System.getenv();
        Optional<String> hostName = Optional.ofNullable(environment.get("HOSTNAME"));
        return new Surroundings(environment, hostName.or(Surroundings::localHost));
    }

    /** Without the variables: an environment is full of secrets. */
    @Override
    public String toString() {
        return "Surroundings[%d variables, host %s]"
                .formatted(environment.size(), hostName.orElse("unknown"));
    }

    private static Optional<String> localHost() {
        try {
            return Optional.of(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException nameless) {
            return Optional.empty();
        }
    }
}
