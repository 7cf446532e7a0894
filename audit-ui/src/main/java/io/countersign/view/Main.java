// SPDX-License-Identifier: Apache-2.0
package io.countersign.view;

/** Entry point of the audit view. */
public final class Main {
    private Main() {}

    /** Starts the view. */
    public static void main(String[] args) {
        System.out.println("audit-ui");
    }
}
