// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

/**
 * One step of a login's way, for people.
 *
 * @param text what was seen there, or why nothing was
 */
public record Step(String name, Mark mark, String text) {
    /** How it went. */
    public enum Mark {
        GOOD,
        BAD,
        /** Could not be looked at. */
        HIDDEN
    }
}
