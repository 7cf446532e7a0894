// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup.conf;

import io.countersign.setup.conf.ConfNode.Place;

/**
 * Something that a person should know about an import.
 *
 * @param text without secrets
 */
public record Note(Kind kind, Place place, String text) {
    /** How much it matters, the worst first. */
    public enum Kind {
        /** Somebody could log in before, and cannot now. */
        LEFT_OUT("Left out"),
        /** Works otherwise than before. */
        CHANGED("Changed"),
        /** Says nothing about who may log in, and is to be kept by hand. */
        KEEP("To be kept in the servers' configuration");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    @Override
    public String toString() {
        return place + ": " + text;
    }
}
