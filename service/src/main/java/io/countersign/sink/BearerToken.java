// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

import java.io.IOException;

/** Opens the secret that a webhook wants to see. */
@FunctionalInterface
public interface BearerToken {
    /** The token, without a line end. */
    String read() throws IOException;
}
