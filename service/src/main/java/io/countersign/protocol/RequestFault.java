// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

/** Why bytes on the callout subject are not a request that we may act on. */
public enum RequestFault {
    /** Sealed for another key, or sealed where clear was expected and the other way round. */
    UNDECRYPTABLE,
    /** Not a well-formed request, or not signed by the server that it names. */
    FORGED,
    /** Past its expiry. */
    STALE
}
