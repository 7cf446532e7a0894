// SPDX-License-Identifier: Apache-2.0
package io.countersign.view;

/** Entry point of the audit view, which is not built yet: says so and ends with 2. */
public final class Main {
    private Main() {}

    /** Tells what to use until then. */
    public static void main(String[] args) {
        System.err.println(
                "The audit view is not built yet. To check a trail: countersign audit verify DIR");
        System.exit(2);
    }
}
