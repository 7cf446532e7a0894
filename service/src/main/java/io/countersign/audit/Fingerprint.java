// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

/** A keyed hash of a text that may be personal or secret, comparable between entries. */
@FunctionalInterface
public interface Fingerprint {
    String of(String text);
}
