// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto;

/**
 * How Bouncy Castle (LTS) is to run. Has effect only before its first class with a digest loads.
 */
public final class BouncyCastleSettings {
    private static final String VARIANT = "org.bouncycastle.native.cpu_variant";

    private BouncyCastleSettings() {}

    /**
     * Keeps it from loading its native library, unless the operator has set the property. Nothing
     * that we use is in there; unpacking it costs a third of a second at start, and about 50
     * seconds where {@code java.io.tmpdir} cannot be written (a thousand attempts, with a sleep
     * after each).
     */
    public static void pureJava() {
        if (System.getProperty(VARIANT) == null) {
            System.setProperty(VARIANT, "java");
        }
    }
}
