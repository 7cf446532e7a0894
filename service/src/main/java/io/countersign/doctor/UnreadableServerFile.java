// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import java.io.IOException;

/**
 * A file that was given as a server's configuration is none. Says where and why, quotes no value.
 */
public final class UnreadableServerFile extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableServerFile(Exception why) {
        super(why.getMessage(), why);
    }
}
