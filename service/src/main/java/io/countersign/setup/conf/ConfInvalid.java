// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup.conf;

/** A server's configuration cannot be read. Says where and why, and quotes nothing but names. */
public final class ConfInvalid extends Exception {
    private static final long serialVersionUID = 1L;

    ConfInvalid(ConfNode.Place place, String why) {
        super(place + ": " + why);
    }

    ConfInvalid(String why) {
        super(why);
    }
}
