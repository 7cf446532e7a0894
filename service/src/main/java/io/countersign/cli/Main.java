// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

/** Entry point of the {@code countersign} command. */
public final class Main {
    private Main() {}

    /** Runs the command line. */
    public static void main(String[] args) {
        System.out.println("countersign");
    }
}
