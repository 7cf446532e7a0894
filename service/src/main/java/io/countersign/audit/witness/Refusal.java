// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.witness;

/**
 * Why a log is not signed any more. Nothing but a person lifts it.
 *
 * @param contradicts true if the log is not what it was; false if that can no longer be found out
 */
public record Refusal(boolean contradicts, String what) {
    public Refusal {
        // It is kept on one line of a file, and strangers' text is in it.
        what = what.replaceAll("[^ -~]", "?");
    }
}
